/** The superadmin's view across the services, against counts made by SQL in each one's own database. */
import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';
import type { Money } from '@metatron/platform/money';

import { closeSql, read, signIn, sql, tokenOf } from '../../platform/test/kit.ts';
import { mutate } from '../../platform/test/mutations.ts';
import { eventually } from '../../platform/test/programs.ts';

import { truth } from './summaryTruth.ts';

afterAll(closeSql);

/** How long a change may take to be seen on a machine in use; how fresh it is on one at rest, is the bench's to say. */
const FRESH_MS = 15_000;

const MONEY = '{ amount currency }';

const SUMMARIES = `
  authSummary { totalUsers activeUsers }
  crmSummary { totalCustomers totalLeads openLeads avgProbability pipelineValue ${MONEY} openDeals dealValue ${MONEY} wonValue ${MONEY} }
  cmsSummary { totalItems publishedItems }
  billingOverview { activeSubscriptions openInvoices mrr ${MONEY} outstanding ${MONEY} }
  analyticsSummary { totalEvents }
  notificationSummary { sent failed }`;

interface Summaries {
  readonly authSummary: object;
  readonly crmSummary: {
    readonly totalCustomers: number;
    readonly totalLeads: number;
    readonly pipelineValue: readonly Money[];
    readonly dealValue: readonly Money[];
    readonly wonValue: readonly Money[];
  };
  readonly cmsSummary: object;
  readonly billingOverview: object;
  readonly analyticsSummary: object;
  readonly notificationSummary: object;
}

async function shown(tenant: string): Promise<Summaries> {
  const query = `{ tenant(id: "${tenant}") { ${SUMMARIES} } }`;
  return (await read<{ tenant: Summaries }>(query, { token: await tokenOf('superadmin') })).tenant;
}

describe('the summaries of a tenant', () => {
  test.each(['acme', 'globex', 'sakura', 'pearl'])('%s are what SQL counts in seven databases', async (tenant) => {
    await eventually(async () => {
      expect(await shown(tenant)).toEqual(await truth(tenant));
    }, FRESH_MS);
  });

  test('say up to when they are complete', async () => {
    const query = `{ tenant(id: "acme") { ${['authSummary', 'crmSummary', 'cmsSummary', 'billingOverview', 'analyticsSummary', 'notificationSummary'].map((name) => `${name} { completeThrough }`).join(' ')} } }`;
    const begun = Date.now();
    await eventually(async () => {
      const { tenant } = await read<{ tenant: Record<string, { completeThrough: string }> }>(query, {
        token: await tokenOf('superadmin'),
      });
      const late = Object.entries(tenant).filter(([, { completeThrough }]) => Date.parse(completeThrough) < begun);
      expect(late).toEqual([]);
    }, FRESH_MS);
  });

  test('reach the people and the things that they count', async () => {
    const lists = ['users', 'customers', 'contentItems', 'invoices', 'events', 'notifications'];
    const query = `{ tenant(id: "globex") { name status client { name } ${lists.map((list) => `${list} { totalCount }`).join(' ')} } }`;
    const { tenant } = await read<{ tenant: Record<string, { totalCount: number }> }>(query, {
      token: await tokenOf('superadmin'),
    });
    expect(tenant).toMatchObject({ name: 'Globex', status: 'ACTIVE', client: { name: 'Globex Corporation' } });
    expect(lists.filter((list) => !(tenant[list]!.totalCount > 0))).toEqual([]);
  });
});

type Caller = 'acme' | 'admin';

const payloadOf = (mutation: string): string =>
  mutation === 'customerDelete' ? 'deletedId' : `${/^[a-z]+/.exec(mutation)?.[0] ?? ''} { id }`;

/** Runs a mutation of crm that must succeed; gives the object's id. */
async function act(caller: Caller, mutation: string, input: object): Promise<string> {
  const { userErrors, ...answer } = await mutate<Readonly<Record<string, string | { readonly id: string }>>>(
    mutation,
    input,
    payloadOf(mutation),
    { token: await tokenOf(caller) },
  );
  expect(userErrors).toEqual([]);
  const [made] = Object.values(answer);
  return typeof made === 'object' ? made.id : String(made);
}

/** The sums in a currency that the demo data do not have, so that other tests do not move them. */
const FRANCS = 'CHF';

async function francs(tenant: string): Promise<object> {
  const { crmSummary } = await shown(tenant);
  const amount = (sums: readonly Money[]): string | undefined =>
    sums.find(({ currency }) => currency === FRANCS)?.amount;
  const { pipelineValue, dealValue, wonValue } = crmSummary;
  return { pipeline: amount(pipelineValue), deals: amount(dealValue), won: amount(wonValue) };
}

const expectFrancs = (expected: { readonly pipeline?: string; readonly deals?: string; readonly won?: string }) =>
  eventually(async () => {
    expect(await francs('acme')).toEqual({ pipeline: undefined, deals: undefined, won: undefined, ...expected });
  }, FRESH_MS);

const worth = (amount: string): object => ({ value: { amount, currency: FRANCS } });

describe('a change by a client', () => {
  test('shows in its tenant’s summary, at each step of a lead, and in no other’s', async () => {
    const before = (await shown('globex')).crmSummary;
    const id = await act('acme', 'leadCreate', { title: 'Moves the summary', ...worth('1000.00') });
    await expectFrancs({ pipeline: '1000.00' });
    await act('acme', 'leadUpdate', { id, ...worth('2500.50') });
    await expectFrancs({ pipeline: '2500.50' });
    await act('acme', 'leadStageMove', { id, stage: 'lost', lostReason: 'price' });
    await expectFrancs({});
    await act('acme', 'leadStageMove', { id, stage: 'negotiation' });
    await expectFrancs({ pipeline: '2500.50' });
    await act('acme', 'leadConvert', { id });
    await expectFrancs({ deals: '2500.50' });
    expect(await francs('globex')).toEqual({ pipeline: undefined, deals: undefined, won: undefined });
    expect((await shown('globex')).crmSummary).toEqual(before);
  });

  test('counts one lead more and, refused, no lead', async () => {
    const title = randomUUID();
    const id = await act('acme', 'leadCreate', { title });
    const refused = await read<{ leadCreate: { lead: null } }>(
      'mutation { leadCreate(input: { title: " " }) { lead { id } userErrors { code } } }',
      { token: await tokenOf('acme') },
    );
    expect(refused.leadCreate.lead).toBeNull();
    await eventually(async () => {
      const { totalLeads } = (await shown('acme')).crmSummary;
      const rows = await sql<{ id: string }>(
        'crm',
        "SELECT id FROM leads WHERE tenant_id = 'acme' AND deleted_at IS NULL",
      );
      expect(rows.map((row) => row.id)).toContain(id);
      expect(totalLeads).toBe(rows.length);
    }, FRESH_MS);
  });
});

/** In a tenant where no other test makes customers. */
describe('a customer', () => {
  test('is counted while it is there, also by a query for tenants with so many', async () => {
    const totals = async (): Promise<number> => (await shown('pearl')).crmSummary.totalCustomers;
    const before = await totals();
    const id = await act('admin', 'customerCreate', { tenantId: 'pearl', company: 'Comes and goes' });
    await eventually(async () => {
      expect(await totals()).toBe(before + 1);
    }, FRESH_MS);
    const { tenants } = await read<{ tenants: { edges: { node: { id: string } }[] } }>(
      `{ tenants(filter: { totalCustomers: { eq: ${String(before + 1)} } }) { edges { node { id } } } }`,
      { token: await tokenOf('superadmin') },
    );
    expect(tenants.edges.map(({ node }) => node.id)).toContain('pearl');
    expect(await act('admin', 'customerDelete', { id })).toBe(id);
    await eventually(async () => {
      expect(await totals()).toBe(before);
    }, FRESH_MS);
  });
});

interface AuditNode {
  readonly seq: number;
  readonly action: string;
}

describe('the audit log of the superadmin', () => {
  const entriesOf = async (objectId: string): Promise<readonly AuditNode[]> => {
    const query = `{ auditLog(filter: { objectId: { eq: "${objectId}" } }, orderBy: { field: SEQ, direction: ASC }) { edges { node { seq action actorRole actor { id } onBehalfOf { id } tenantId object outcome source requestId } } } }`;
    const { auditLog } = await read<{ auditLog: { edges: { node: AuditNode }[] } }>(query, {
      token: await tokenOf('superadmin'),
    });
    return auditLog.edges.map(({ node }) => node);
  };

  test('has each change once, with who made it and of what', async () => {
    const { user } = await signIn('acme');
    const id = await act('acme', 'leadCreate', { title: 'Audited' });
    const entry = {
      actorRole: 'client',
      actor: { id: user.id },
      onBehalfOf: null,
      tenantId: 'acme',
      object: `Lead:${id}`,
      outcome: 'DONE',
      source: 'crm',
      requestId: expect.stringMatching(/^[\w-]{8,64}$/),
    };
    await eventually(async () => {
      expect(await entriesOf(id)).toMatchObject([{ ...entry, action: 'leadCreate' }]);
    }, FRESH_MS);
    await act('acme', 'leadUpdate', { id, title: 'Audited twice' });
    await eventually(async () => {
      expect(await entriesOf(id)).toMatchObject([
        { ...entry, action: 'leadCreate' },
        { ...entry, action: 'leadUpdate' },
      ]);
    }, FRESH_MS);
  });
});
