import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { ask, closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';

import { INGEST, keyOf, newEvent, newTenant, outcomes, send, storedMessages, type Answer } from './ingest.ts';

let analytics: InProcess;

beforeAll(async () => {
  analytics = await startInProcess('analytics');
});
afterAll(closeSql);

const HOUR = 60 * 60 * 1000;
const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR);

describe('eventsIngest', () => {
  test('answers for each event in order; a bad one does not lose the others', async () => {
    const tenant = newTenant();
    const first = newEvent();
    const events = [
      first,
      newEvent({ eventName: ' ' }),
      newEvent({ createdAt: inHours(48) }),
      newEvent({ createdAt: inHours(-26 * 31 * 24) }),
      newEvent({ eventData: { text: 'x'.repeat(9_000) } }),
      newEvent({ eventName: 'nul\0' }),
      newEvent({ eventData: { deep: [{ half: '\uD800' }] } }),
      newEvent({ eventData: JSON.parse('{"a": {"__proto__": {"isAdmin": true}}}') as object }),
      newEvent({ userId: 'me' }),
      newEvent({ userId: NOBODY }),
      newEvent({ country: 'de' }),
      newEvent({ messageId: '' }),
      newEvent({ messageId: 'm'.repeat(201) }),
      { ...first, eventName: 'again' },
      newEvent({ eventData: { text: '’; DROP TABLE events; -- ☃️ 雪 \u202E' }, pageTitle: '﷽' }),
    ];
    expect(outcomes(await send(analytics, tenant, events))).toEqual([
      'accepted',
      'INVALID eventName',
      'INVALID createdAt',
      'INVALID createdAt',
      'INVALID eventData',
      'INVALID eventName',
      'INVALID eventData.deep.0.half',
      'INVALID eventData.a.__proto__',
      'INVALID userId',
      'NOT_FOUND userId',
      'INVALID country',
      'INVALID messageId',
      'INVALID messageId',
      'duplicate',
      'accepted',
    ]);
    expect(await storedMessages(tenant)).toHaveLength(2);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('stores what was sent, with the address of the browser shortened', async () => {
    const tenant = newTenant();
    const createdAt = inHours(-3);
    const sent = { createdAt, eventData: { plan: 'pro', seats: 3 }, pageUrl: 'https://a.example/', country: 'JP' };
    await send(analytics, tenant, [newEvent(sent)]);
    const [row] = await sql(
      'analytics',
      'SELECT event_data, page_url, country, host(ip_address) AS address, user_agent, created_at FROM events WHERE tenant_id = $1',
      [tenant],
    );
    expect(row).toEqual({
      event_data: { plan: 'pro', seats: 3 },
      page_url: 'https://a.example/',
      country: 'JP',
      address: '203.0.113.0',
      user_agent: 'Test/1.0',
      created_at: createdAt,
    });
  });

  test('takes a thousand events with the statements of one, and each table in one of them', async () => {
    const tenant = newTenant();
    const batch = (size: number): object => ({ input: { events: Array.from({ length: size }, () => newEvent()) } });
    const one = await analytics.ask(INGEST, keyOf(tenant), batch(1) as Record<string, unknown>);
    const all = await analytics.ask(INGEST, keyOf(tenant), batch(1_000) as Record<string, unknown>);
    expect(all.statements).toEqual(one.statements);
    expect(all.statements.filter((text) => /\bINTO events\b/.test(text))).toHaveLength(1);
    expect(all.statements.filter((text) => text.includes('event_messages'))).toHaveLength(1);
    // BEGIN, the events with their ledger, the records, COMMIT.
    expect(all.statements).toHaveLength(4);
    expect(await storedMessages(tenant)).toHaveLength(1_001);
  });

  test('refuses more than a thousand events, and none', async () => {
    const tenant = newTenant();
    const events = Array.from({ length: 1_001 }, () => newEvent());
    const { data, errors } = await analytics.ask(INGEST, keyOf(tenant), { input: { events } });
    expect(data?.['eventsIngest']).toBeNull();
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    expect(await send(analytics, tenant, [])).toEqual({
      results: null,
      userErrors: [{ field: ['events'], code: 'INVALID' }],
    });
    expect(await storedMessages(tenant)).toEqual([]);
  });

  test('counts a message once when two callers send it at once, in whatever order', async () => {
    const tenant = newTenant();
    const events = Array.from({ length: 200 }, () => newEvent());
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, caller) =>
        send(analytics, tenant, caller % 2 === 0 ? events : events.toReversed()),
      ),
    );
    const all = answers.flatMap(outcomes);
    expect(all.filter((outcome) => outcome === 'accepted')).toHaveLength(200);
    expect(all.filter((outcome) => outcome === 'duplicate')).toHaveLength(1_000);
    expect(await storedMessages(tenant)).toEqual(events.map(({ messageId }) => messageId).sort());
  });

  test('keeps the messages of two tenants apart', async () => {
    const [one, other] = [newTenant(), newTenant()];
    const events = [newEvent()];
    expect(outcomes(await send(analytics, one, events))).toEqual(['accepted']);
    expect(outcomes(await send(analytics, other, events))).toEqual(['accepted']);
  });

  test('refuses a user of another tenant like one that does not exist', async () => {
    const [user] = await sql<{ id: string }>('auth', "SELECT id FROM users WHERE tenant_id = 'globex' LIMIT 1");
    const event = newEvent({ userId: user?.id });
    expect(outcomes(await send(analytics, 'acme', [event]))).toEqual(['NOT_FOUND userId']);
    expect(outcomes(await send(analytics, 'globex', [event]))).toEqual(['accepted']);
  });

  test('takes a thousand events in one request under a publishable key, whatever their data is called', async () => {
    const events = Array.from({ length: 1_000 }, () =>
      newEvent({ eventData: { tenantId: 'globex', text: 'x'.repeat(1_000) } }),
    );
    const headers = { 'x-tenant-key': 'pk_demo_acme_publishable' };
    const { eventsIngest } = await read<{ eventsIngest: Answer }>(INGEST, {
      headers,
      variables: { input: { events } },
    });
    expect(new Set(outcomes(eventsIngest))).toEqual(new Set(['accepted']));
    const [row] = await sql('analytics', 'SELECT tenant_id, event_data FROM events WHERE message_id = $1', [
      events[0]?.messageId,
    ]);
    expect(row).toMatchObject({ tenant_id: 'acme', event_data: { tenantId: 'globex' } });
    const named = await ask(INGEST, { headers, variables: { input: { tenantId: 'acme', events: [newEvent()] } } });
    expect(named.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('is for superadmins, who name the tenant, and for keys: people of a tenant are refused', async () => {
    const variables = { input: { tenantId: 'acme', events: [newEvent()] } };
    const token = await tokenOf('superadmin');
    const { eventsIngest } = await read<{ eventsIngest: Answer }>(INGEST, { token, variables });
    expect(outcomes(eventsIngest)).toEqual(['accepted']);
    const nowhere = await read<{ eventsIngest: Answer }>(INGEST, {
      token,
      variables: { input: { ...variables.input, tenantId: 'nowhere' } },
    });
    expect(nowhere.eventsIngest.userErrors).toEqual([{ field: ['tenantId'], code: 'NOT_FOUND' }]);
    for (const account of ['acme', 'admin'] as const) {
      const { data, errors } = await ask(INGEST, { token: await tokenOf(account), variables });
      expect(data?.['eventsIngest']).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
  });
});
