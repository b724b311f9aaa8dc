import { describe, expect, test } from '@jest/globals';

import { ask, tokenOf, type Account } from '../../platform/test/kit.ts';
import type { Report, Step } from '../src/report.ts';

const headers = { 'x-metatron-explain': 'true' };

async function explain(query: string, account: Account, variables = {}): Promise<Report> {
  const { text } = await ask(query, { token: await tokenOf(account), headers, variables });
  return (JSON.parse(text) as { extensions: { explain: Report } }).extensions.explain;
}

function fetchesOf(step: Step | null): Extract<Step, { kind: 'fetch' }>[] {
  if (step === null) return [];
  return step.kind === 'fetch' ? [step] : step.steps.flatMap(fetchesOf);
}

const ACROSS = `query Across($first: Int!) {
  tenant(id: "acme") {
    name
    crmSummary { totalLeads }
    customers(first: $first) { edges { node { email subscriptions { totalCount } } } }
  }
  me { email }
}`;

describe('an explained request', () => {
  test('tells a superadmin its cost, its time and its plan: which service, where, for what, how long', async () => {
    const { cost, limits, milliseconds, plan } = await explain(ACROSS, 'superadmin', { first: 5 });
    expect(cost).toBeGreaterThan(5 * 3);
    expect(limits).toEqual({ cost: 100_000, depth: 12, page: 100 });
    expect(milliseconds).toBeGreaterThan(0);
    const fetches = fetchesOf(plan);
    expect(new Set(fetches.map(({ service }) => service))).toEqual(new Set(['auth', 'cdx', 'crm', 'billing']));
    expect(fetches.find(({ service }) => service === 'billing')).toMatchObject({
      at: 'tenant.customers.edges.node',
      entities: ['Customer'],
      fields: ['subscriptions'],
    });
    for (const { startedAt, milliseconds: took } of fetches) {
      expect(startedAt).toBeGreaterThanOrEqual(0);
      expect(startedAt! + took!).toBeLessThanOrEqual(milliseconds + 0.2);
    }
    expect(plan?.kind).not.toBe('fetch');
  });

  test('tells a client of what it may use alone', async () => {
    const { cost, plan } = await explain('{ me { email tenant { name crmSummary { totalLeads } } } }', 'acme');
    expect(cost).toBe(6);
    expect(JSON.stringify(plan)).not.toMatch(/cdx|crmSummary/i);
    expect(fetchesOf(plan).map(({ service, fields }) => [service, fields])).toEqual([['auth', ['me']]]);
  });

  test('has no plan when no service was asked', async () => {
    expect((await explain('{ __schema { queryType { name } } }', 'acme')).plan).toBeNull();
    expect((await explain('{ tenants { totalCount } }', 'acme')).plan).toBeNull();
  });

  test('shows what a variable decides', async () => {
    const query = 'query Q($more: Boolean!) { me { email } customers @include(if: $more) { totalCount } }';
    const less = fetchesOf((await explain(query, 'acme', { more: false })).plan);
    const more = fetchesOf((await explain(query, 'acme', { more: true })).plan);
    const crm = (fetches: typeof less) => fetches.find(({ service }) => service === 'crm')?.milliseconds ?? null;
    expect(crm(less)).toBeNull();
    expect(crm(more)).toBeGreaterThan(0);
  });

  test('names nothing internal: no address, no SQL, no other header', async () => {
    for (const account of ['superadmin', 'acme'] as const) {
      const report = await explain(ACROSS, account, { first: 2 });
      const text = JSON.stringify(report);
      expect(text).not.toMatch(
        /127\.0\.0\.1|localhost|https?:|select .* from|metatron_|Bearer|_entities|\$representations/i,
      );
      expect(Object.keys(report).sort()).toEqual(['cost', 'limits', 'milliseconds', 'plan']);
    }
  });

  test('that is refused as a whole has none', async () => {
    const { text, status } = await ask('{ customers(filter: { tenantId: { eq: "acme" } }) { totalCount } }', {
      token: await tokenOf('acme'),
      headers,
    });
    expect(status).toBe(400);
    expect(text).not.toContain('explain');
  });

  test('is told when it is asked for, and to the signed in alone', async () => {
    for (const key of [{}, { 'x-tenant-key': 'pk_demo_acme_publishable' }]) {
      const stranger = await ask('{ customers { totalCount } }', { headers: { ...headers, ...key } });
      expect(stranger.text).not.toContain('explain');
    }
    const login = await ask('mutation { tokenRefresh(input: { refreshToken: "x" }) { userErrors { code } } }', {
      headers,
    });
    expect(login.text).not.toContain('explain');
    const unasked = await ask('{ me { email } }', { token: await tokenOf('acme') });
    expect(unasked.text).not.toContain('explain');
  });
});
