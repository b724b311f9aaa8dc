/** A list costs a constant number of statements, however long its page is and whatever hangs on it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';

import type { UserIdentity } from '../../../platform/src/identity.ts';
import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { closeSql, sql } from '../../../platform/test/kit.ts';

let crm: InProcess;
const tenantId = `t-${uuidv7().slice(-12)}`;

beforeAll(async () => {
  crm = await startInProcess('crm');
  await sql(
    'crm',
    `INSERT INTO customers (tenant_id, id, company) SELECT $1, gen_random_uuid(), 'Company ' || n FROM generate_series(1, 120) n`,
    [tenantId],
  );
});
afterAll(closeSql);

const person = (role: UserIdentity['role']): UserIdentity => ({
  kind: 'user',
  role,
  userId: uuidv7(),
  sessionId: uuidv7(),
  tenantId: role === 'client' ? tenantId : 'platform',
});

const QUERY = `query Customers($first: Int, $filter: CustomerFilter) {
  customers(first: $first, filter: $filter) {
    totalCount
    edges { node { id leads { totalCount edges { node { id pipeline { id } } } } deals { edges { node { id } } } } }
  }
}`;

test.each(['client', 'superadmin'] as const)(
  'a page of a hundred customers with leads and deals costs %s the statements of a page of ten',
  async (role) => {
    const filter = role === 'client' ? {} : { tenantId: { eq: tenantId } };
    const [ten, hundred] = [
      await crm.ask(QUERY, person(role), { first: 10, filter }),
      await crm.ask(QUERY, person(role), { first: 100, filter }),
    ];
    const customers = hundred.data?.['customers'] as unknown as { edges: object[]; totalCount: number };
    expect(hundred.errors).toBeUndefined();
    expect(customers).toMatchObject({ totalCount: 120 });
    expect(customers.edges).toHaveLength(100);
    expect(hundred.statements).toHaveLength(ten.statements.length);
    // The page, its count, the leads with theirs, the deals.
    expect(hundred.statements).toHaveLength(5);
  },
);
