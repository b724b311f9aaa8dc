/** Domain events as events of analytics: written by each service under its own login, once. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Domain } from '@metatron/platform/domains';

import { closeSql, connections, read, signIn, sql, tokenOf, type Account } from '../../platform/test/kit.ts';
import { fresh, mutate, someId } from '../../platform/test/mutations.ts';
import { eventually } from '../../platform/test/programs.ts';
import { tellAnalytics, tellers } from '../src/events/tellAnalytics.ts';

afterAll(closeSql);

const SOON_MS = 5_000;

interface Told {
  readonly tenant: string;
  readonly name: string;
  readonly user: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly ledger: number;
}

/** The events of analytics that speak of an object, with how often the ledger has each. */
const toldOf = (id: string): Promise<Told[]> =>
  sql<Told>(
    'analytics',
    `SELECT tenant_id AS tenant, event_name AS name, user_id AS user, event_data AS data, created_at AS at,
       (SELECT count(*)::int FROM event_messages m WHERE m.tenant_id = e.tenant_id AND m.message_id = e.message_id) AS ledger
     FROM events e WHERE jsonb_path_exists(event_data, '$.* ? (@ == $id)', jsonb_build_object('id', $1::text)) ORDER BY id`,
    [id],
  );

const happenedAt = async (source: Domain, id: string): Promise<readonly Date[]> => {
  const text =
    "SELECT at FROM domain_events WHERE jsonb_path_exists(payload, '$.* ? (@ == $id)', jsonb_build_object('id', $1::text)) ORDER BY id";
  return (await sql<{ at: Date }>(source, text, [id])).map(({ at }) => at);
};

type Made = Readonly<Record<string, { readonly id: string }>>;

async function make(account: Account, mutation: string, noun: string, input: object): Promise<string> {
  const made = await mutate<Made>(mutation, input, `${noun} { id }`, { token: await tokenOf(account) });
  expect(made.userErrors).toEqual([]);
  return made[noun]!.id;
}

const untilTold = async (id: string): Promise<readonly Told[]> => {
  await eventually(async () => {
    expect(await toldOf(id)).not.toEqual([]);
  }, SOON_MS);
  return toldOf(id);
};

describe('what happens in', () => {
  const template = () => ({
    ...{ tenantId: 'acme', key: fresh('told'), channel: 'IN_APP', name: 'Told' },
    ...{ body: 'Hello {{ name }}', variables: [{ name: 'name' }] },
  });
  const cases: readonly [Domain, Account, string, string, string, () => Promise<object>][] = [
    ['crm', 'acme', 'leadCreate', 'lead', 'lead.created', () => Promise.resolve({ title: 'Told' })],
    ['cms', 'acme', 'pageCreate', 'page', 'page.created', () => Promise.resolve({ title: fresh('Told') })],
    [
      'billing',
      'superadmin',
      'invoiceCreate',
      'invoice',
      'invoice.created',
      async () => ({
        tenantId: 'acme',
        customerId: await someId('crm', 'acme', 'customers', 'deleted_at IS NULL'),
        currency: 'USD',
        lines: [{ description: 'Told', unitPrice: '1' }],
      }),
    ],
    [
      'notifications',
      'admin',
      'notificationTemplateCreate',
      'notificationTemplate',
      'notificationTemplate.created',
      () => Promise.resolve(template()),
    ],
  ];

  test.each(cases)('%s is told once, with its ids, its time and the client who did it', async (...given) => {
    const [source, account, mutation, noun, name, input] = given;
    const id = await make(account, mutation, noun, await input());
    const told = await untilTold(id);
    const user = account === 'acme' ? (await signIn('acme')).user.id : null;
    expect(told).toMatchObject([{ tenant: 'acme', name, user, ledger: 1, data: { source } }]);
    expect(told.map(({ at }) => at)).toEqual(await happenedAt(source, id));
  });

  test('a tenant is told to that tenant alone', async () => {
    const id = await make('acme', 'leadCreate', 'lead', { title: 'Ours' });
    await untilTold(id);
    const query =
      '{ events(first: 100, filter: { eventName: { eq: "lead.created" } }) { edges { node { eventData } } } }';
    const seenBy = async (account: Account): Promise<string> =>
      JSON.stringify(await read(query, { token: await tokenOf(account) }));
    expect(await seenBy('acme')).toContain(id);
    expect(await seenBy('globex')).not.toContain(id);
  });

  test('auth and cdx is told by nobody', async () => {
    const { user } = await signIn('acme');
    const [event] = await sql<{ id: string }>(
      'auth',
      "SELECT id FROM domain_events WHERE type = 'user.logged_in' AND payload->>'userId' = $1 ORDER BY at DESC LIMIT 1",
      [user.id],
    );
    await untilTold(await make('acme', 'leadCreate', 'lead', { title: 'Later' }));
    expect(await sql('analytics', 'SELECT FROM events WHERE id = $1', [event?.id])).toEqual([]);
    expect([...tellers].sort()).toEqual(['billing', 'cms', 'crm', 'notifications']);
  });
});

test('an event that is told again, by several workers at once, adds nothing', async () => {
  const id = await make('acme', 'leadCreate', 'lead', { title: 'Again' });
  const before = await untilTold(id);
  expect(before).toHaveLength(1);
  const origin = connections().as('crm', { service: 'crm', privilege: 'sync' }, null);
  await origin.query("UPDATE domain_events SET told_at = NULL WHERE payload->>'leadId' = $1", [id]);
  await Promise.all([1, 2, 3].map(() => tellAnalytics({ name: 'crm', origin }, connections())));
  const text = "SELECT FROM domain_events WHERE payload->>'leadId' = $1 AND told_at IS NULL";
  expect((await origin.query(text, [id])).rowCount).toBe(0);
  expect(await toldOf(id)).toEqual(before);
});

test('an event that no verb can have written holds up no other', async () => {
  const id = randomUUID();
  await sql('crm', "INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ('acme', $1, '', '[1]')", [id]);
  const [told] = await untilTold(await make('acme', 'leadCreate', 'lead', { title: 'Behind a strange one' }));
  expect(told).toMatchObject({ name: 'lead.created' });
  expect(
    await sql('analytics', 'SELECT event_name AS name, event_data AS data FROM events WHERE id = $1', [id]),
  ).toEqual([{ name: 'unknown', data: { source: 'crm' } }]);
});

describe.each(tellers)('the login of %s in ANALYTICS', (service) => {
  const as = (tenantId: string | null) => connections().as('analytics', { service, privilege: 'service' }, tenantId);
  const insert = (tenantId: string | null, of: string) =>
    as(tenantId).query("INSERT INTO events (tenant_id, id, message_id, event_name) VALUES ($1, $2, $3, 'test.row')", [
      of,
      randomUUID(),
      randomUUID(),
    ]);
  let tenant: string;

  beforeAll(() => {
    tenant = fresh('t');
  });

  test('inserts events of its context’s tenant and of no other', async () => {
    expect((await insert(tenant, tenant)).rowCount).toBe(1);
    await expect(insert(tenant, 'globex')).rejects.toThrow('row-level security');
    await expect(insert(null, tenant)).rejects.toThrow('row-level security');
  });

  test.each([
    'SELECT FROM events',
    'SELECT FROM event_messages',
    'UPDATE events SET event_name = event_name',
    'DELETE FROM events',
    'SELECT FROM metrics',
    "INSERT INTO dashboards (tenant_id, id, name, config) VALUES ('acme', gen_random_uuid(), 'x', '{}')",
  ])('may not: %s', async (statement) => {
    await expect(as('acme').query(statement)).rejects.toThrow('permission denied');
  });
});

test.each(['auth', 'cdx'] as const)('%s has no login in ANALYTICS', async (service) => {
  const login = { service, privilege: 'service' } as const;
  await expect(connections().as('analytics', login, 'acme').query('SELECT 1')).rejects.toThrow();
});
