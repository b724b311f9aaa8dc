/** The list of tenants by sums of money: in one currency, page by page, whatever the amounts. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ask, closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';

import { makeClient, makeTenant } from './cdx.ts';

/** Nobody else's in the tests. */
const CURRENCY = 'XAF';
const TENANTS = 6;

const MEASURES = {
  PIPELINE_VALUE: ['crm_summary_money', 'pipeline_value', 'pipelineValue'],
  DEAL_VALUE: ['crm_summary_money', 'deal_value', 'dealValue'],
  WON_VALUE: ['crm_summary_money', 'won_value', 'wonValue'],
  MRR: ['billing_overview_money', 'mrr', 'mrr'],
  OUTSTANDING: ['billing_overview_money', 'outstanding', 'outstanding'],
} as const;

type Measure = keyof typeof MEASURES;
const measures = Object.keys(MEASURES) as Measure[];

let clientId: string;
let ids: string[];

beforeAll(async () => {
  clientId = await makeClient();
  ids = [];
  for (let count = 0; count < TENANTS; count += 1) ids.push(await makeTenant(clientId));
});

const clear = async (): Promise<void> => {
  for (const table of ['crm_summary_money', 'billing_overview_money'])
    await sql('cdx', `DELETE FROM ${table} WHERE tenant_id = ANY($1)`, [ids]);
};

afterAll(async () => {
  await clear();
  await closeSql();
});

/** A tenant's amount; null where it has none in the currency. */
type Amounts = readonly (number | null)[];

async function store(measure: Measure, amounts: Amounts): Promise<void> {
  const [table, column] = MEASURES[measure];
  await clear();
  for (const [index, amount] of amounts.entries()) {
    const insert = `INSERT INTO ${table} (tenant_id, currency, ${column}) VALUES ($1, $2, $3)`;
    if (amount !== null) await sql('cdx', insert, [ids[index], CURRENCY, amount]);
    await sql('cdx', insert, [ids[index], 'XOF', 1000 - index]);
  }
}

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const LIST = `query Q($client: ID, $currency: Currency, $first: Int, $after: String, $orderBy: TenantOrder, $amount: DecimalFilter) {
  tenants(currency: $currency, first: $first, after: $after, orderBy: $orderBy, filter: { clientId: { eq: $client }, FIELD: $amount }) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor }
  }
}`;

const listing = async (measure: Measure, variables: object) => ({
  text: LIST.replace('FIELD', MEASURES[measure][2]),
  options: { token: await tokenOf('superadmin'), variables: { client: clientId, currency: CURRENCY, ...variables } },
});

async function pageOf(measure: Measure, variables: object): Promise<Page> {
  const { text, options } = await listing(measure, variables);
  return (await read<{ tenants: Page }>(text, options)).tenants;
}

/** The ids of all pages, one after the other. */
async function walk(measure: Measure, first: number, direction: string): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (;;) {
    const orderBy = { field: measure, direction };
    const { edges, pageInfo }: Page = await pageOf(measure, { first, after, orderBy });
    found.push(...edges.map(({ node }) => node.id));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

/** The ids by amount, then by id, as plain code sorts them. */
function sorted(amounts: Amounts, direction: string): string[] {
  const sign = direction === 'ASC' ? 1 : -1;
  return amounts
    .map((amount, index) => ({ amount: amount ?? 0, id: ids[index]! }))
    .sort((one, other) => sign * (one.amount - other.amount || (one.id < other.id ? -1 : 1)))
    .map(({ id }) => id);
}

const amount = fc.option(fc.constantFrom(-3, 0, 0.5, 7, 7.25, 1e15));

describe('tenants by a sum of money', () => {
  test('come in order page by page, those without it as zero, and a filter finds those that it names', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(amount, { minLength: TENANTS, maxLength: TENANTS }),
        fc.constantFrom(...measures),
        fc.constantFrom('ASC', 'DESC'),
        fc.integer({ min: 1, max: TENANTS }),
        async (amounts, measure, direction, first) => {
          await store(measure, amounts);
          expect(await walk(measure, first, direction)).toEqual(sorted(amounts, direction));
          const { totalCount } = await pageOf(measure, { amount: { gte: '0', lt: '7.1' } });
          expect(totalCount).toBe(amounts.filter((one) => (one ?? 0) >= 0 && (one ?? 0) < 7.1).length);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('come by every measure', async () => {
    for (const measure of measures) {
      const amounts = [3, null, 5, 1, 5, 2];
      await store(measure, amounts);
      expect(await walk(measure, 2, 'DESC')).toEqual(sorted(amounts, 'DESC'));
    }
  });

  test('a cursor of another currency is refused', async () => {
    await store('MRR', [1, 2, 3, 4, 5, 6]);
    const orderBy = { field: 'MRR', direction: 'ASC' };
    const { pageInfo } = await pageOf('MRR', { first: 2, orderBy });
    const { text, options } = await listing('MRR', { orderBy, after: pageInfo.endCursor, currency: 'XOF' });
    expect((await ask(text, options)).errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test.each<[string, object]>([
    ['ordered by one', { orderBy: { field: 'OUTSTANDING' } }],
    ['filtered by one', { amount: { gt: '1' } }],
  ])('%s without a currency are refused', async (_what, variables) => {
    const { text, options } = await listing('OUTSTANDING', { currency: null, ...variables });
    expect((await ask(text, options)).errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('come so under their client too', async () => {
    const amounts = [1, 5, null, 4, 3, 2];
    await store('WON_VALUE', amounts);
    const query = `{ clients(first: 100) { edges { node { id
      tenants(currency: "${CURRENCY}", orderBy: { field: WON_VALUE }, filter: { wonValue: { gt: "2" } }) { totalCount edges { node { id } } } } } } }`;
    const { clients } = await read<{
      clients: { edges: { node: { id: string; tenants: Page } }[] };
    }>(query, { token: await tokenOf('superadmin') });
    const { tenants } = clients.edges.find(({ node }) => node.id === clientId)!.node;
    expect(tenants.totalCount).toBe(3);
    expect(tenants.edges.map(({ node }) => node.id)).toEqual([ids[1], ids[3], ids[4]]);
  });
});
