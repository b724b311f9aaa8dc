import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ask, closeSql, dataDirectory, sql, tokenOf } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { change, denial, done, publish, refusal, stored, userIdOf } from './notifications.ts';

let userId: string;
let template: string;
let mail: string;

beforeAll(async () => {
  userId = await userIdOf('acme');
  template = await publish();
  mail = await publish({ channel: 'EMAIL', subject: 'For {{ name }}', body: '<p>Dear {{ name }}</p>' });
});

afterAll(closeSql);

const message = (more: object = {}) => ({
  tenantId: 'acme',
  userId,
  channel: 'IN_APP',
  template,
  data: { name: 'Ada' },
  dedupeKey: fresh('cause'),
  ...more,
});
const mailTo = (more: object = {}) => message({ channel: 'EMAIL', template: mail, ...more });

interface Row {
  readonly status: string;
}

const eventsOf = (id: string) =>
  sql<{ type: string }>(
    'notifications',
    "SELECT type FROM domain_events WHERE payload->>'notificationId' = $1 ORDER BY id",
    [id],
  );

describe('notificationSend', () => {
  test('makes a message of what is published, for the user and in words that are safe, and queues it', async () => {
    const sent = await done('notification', 'admin', 'notificationSend', mailTo({ data: { name: '<b>Ada</b>' } }));
    expect(sent).toMatchObject({
      tenant: { id: 'acme' },
      user: { id: userId },
      channel: 'EMAIL',
      templateKey: mail,
      subject: 'For <b>Ada</b>',
      locale: 'en',
      isCritical: false,
    });
    expect(await stored(sent.id, 'template_version, body, recipient')).toEqual({
      template_version: 1,
      body: 'Dear <b>Ada</b>',
      recipient: userId,
    });
    expect((await eventsOf(sent.id))[0]).toEqual({ type: 'notification.queued' });
  });

  test('threat 26: leaves neither words nor addresses nor values in its records', async () => {
    const canary = fresh('canary');
    const input = mailTo({ userId: undefined, address: `${canary}@example.com`, data: { name: canary } });
    const { id } = await done('notification', 'admin', 'notificationSend', input);
    const records = await sql<{ text: string }>(
      'notifications',
      `SELECT e::text || coalesce(d::text, '') AS text FROM audit_entries e
       LEFT JOIN domain_events d ON d.payload->>'notificationId' = e.object_id WHERE e.object_id = $1`,
      [id],
    );
    expect(records.length).toBeGreaterThan(0);
    expect(JSON.stringify(records)).not.toContain(canary);
  });

  test.each<[string, object, string]>([
    ['lacks a value', { data: {} }, 'INVALID data.name'],
    ['has a value too many', { data: { name: 'Ada', other: 1 } }, 'INVALID data.other'],
    ['has a value of the wrong kind', { data: { name: 7 } }, 'INVALID data.name'],
    ['has no template', { template: 'nothing_like_it' }, 'NOT_FOUND template'],
    ['has a template of another channel', { channel: 'PUSH' }, 'NOT_FOUND template'],
    ['is for nobody', { userId: NOBODY }, 'NOT_FOUND userId'],
    ['is for no user', { userId: null }, 'INVALID userId'],
    ['has an address that the channel does not know', { address: 'a@b.example' }, 'INVALID address'],
    ['has no cause', { dedupeKey: ' ' }, 'INVALID dedupeKey'],
    ['is for a day too far away', { scheduledAt: '2999-01-01T00:00:00Z' }, 'INVALID scheduledAt'],
    ['is a text message without a number', { channel: 'SMS' }, 'INVALID address'],
    ['is a text message to no number', { channel: 'SMS', address: '0800 CALL' }, 'INVALID address'],
    ['is of an unknown tenant', { tenantId: 'nobody' }, 'NOT_FOUND tenantId'],
    ['is for a user of another tenant', { tenantId: 'globex' }, 'NOT_FOUND userId'],
  ])('refuses a message that %s', async (_what, input, expected) => {
    expect(await refusal('admin', 'notificationSend', message(input))).toBe(expected);
  });

  test('refuses mail to a user at another address, and to what is no address', async () => {
    expect(await refusal('admin', 'notificationSend', mailTo({ address: 'else@example.com' }))).toBe('INVALID address');
    expect(await refusal('admin', 'notificationSend', mailTo({ userId: null, address: 'nobody' }))).toBe(
      'INVALID address',
    );
  });

  test('refuses what is not published, or no longer', async () => {
    const key = fresh('draft');
    const draft = { tenantId: 'acme', key, channel: 'IN_APP', name: 'A draft', body: 'Hello' };
    const { id } = await done('notificationTemplate', 'admin', 'notificationTemplateCreate', draft);
    const input = message({ template: key, data: {} });
    expect(await refusal('admin', 'notificationSend', input)).toBe('CONFLICT template');
    await done('notificationTemplate', 'admin', 'notificationTemplatePublish', { id });
    await done('notification', 'admin', 'notificationSend', input);
    await done('notificationTemplate', 'admin', 'notificationTemplateArchive', { id });
    expect(await refusal('admin', 'notificationSend', { ...input, dedupeKey: fresh('cause') })).toBe(
      'CONFLICT template',
    );
  });

  test('takes the language that is nearest', async () => {
    const words = { channel: 'IN_APP', name: 'A test', body: 'Hallo', variables: [] };
    const key = await publish(words);
    const german = { tenantId: 'acme', key, locale: 'de', ...words };
    const { id } = await done('notificationTemplate', 'admin', 'notificationTemplateCreate', german);
    await done('notificationTemplate', 'admin', 'notificationTemplatePublish', { id });
    const localeFor = async (locale: string) => {
      const input = message({ template: key, data: {}, locale });
      return (await done('notification', 'admin', 'notificationSend', input)).locale;
    };
    expect([await localeFor('de-CH'), await localeFor('fr'), await localeFor('de')]).toEqual(['de', 'en', 'de']);
  });

  test('is not for clients, and answers a repeated request with the same message', async () => {
    expect(await denial('acme', 'notificationSend', message({ tenantId: undefined }))).toEqual(['FORBIDDEN']);
    const input = message({ idempotencyKey: fresh('key') });
    const first = await done('notification', 'superadmin', 'notificationSend', input);
    expect(await done('notification', 'superadmin', 'notificationSend', input)).toMatchObject({ id: first.id });
  });

  test('accepts one (cause, recipient, channel) once, whoever asks at once and in whatever order', async () => {
    const other = await publish({ channel: 'EMAIL', subject: 'S', body: 'B', variables: [] });
    const recipients = fc.constantFrom<object>(
      { userId },
      { userId: null, address: 'A@x.example' },
      { userId: null, address: 'a@x.example' },
    );
    const attempts = fc.array(fc.record({ recipient: recipients, key: fc.constantFrom('one', 'two') }), {
      minLength: 3,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(attempts, async (all) => {
        const run = fresh('run');
        const answers = await Promise.all(
          all.map(({ recipient, key }) =>
            change('admin', 'notificationSend', {
              ...message({ channel: 'EMAIL', template: other, data: {}, dedupeKey: `${run}:${key}` }),
              ...recipient,
            }),
          ),
        );
        const wanted = new Set(all.map(({ recipient, key }) => JSON.stringify([recipient, key]).toLowerCase()));
        const accepted = answers.filter(({ notification }) => notification != null);
        expect(accepted).toHaveLength(wanted.size);
        for (const { notification, userErrors } of answers)
          if (notification == null) expect(userErrors).toMatchObject([{ code: 'TAKEN', field: ['dedupeKey'] }]);
        const rows = await sql('notifications', 'SELECT 1 FROM notifications WHERE dedupe_key LIKE $1', [`${run}:%`]);
        expect(rows).toHaveLength(wanted.size);
      }),
      { numRuns: 8 },
    );
  });
});

test('what was sent arrives: a mail in its file, a message in the inbox', async () => {
  const inbox = await done('notification', 'admin', 'notificationSend', message());
  const sent = await done('notification', 'admin', 'notificationSend', mailTo());
  const until = Date.now() + 20_000;
  const statuses = async () => [
    (await stored<Row>(inbox.id, 'status')).status,
    (await stored<Row>(sent.id, 'status')).status,
  ];
  while ((await statuses()).join() !== 'delivered,sent' && Date.now() < until) await sleep(100);
  expect(await statuses()).toEqual(['delivered', 'sent']);
  const file = readFileSync(join(dataDirectory, 'mail', `${sent.id}.eml`), 'utf8');
  expect(file).toMatch(/^To: client@acme\.example\r?$/m);
  expect(file).toContain('<p>Dear Ada</p>');
});

describe('notificationCancel', () => {
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();

  test('calls a message off that waits for its time, once', async () => {
    const { id, status } = await done('notification', 'admin', 'notificationSend', message({ scheduledAt }));
    expect({ status, events: await eventsOf(id) }).toEqual({ status: 'PENDING', events: [] });
    expect(await done('notification', 'admin', 'notificationCancel', { id })).toMatchObject({ status: 'CANCELLED' });
    expect(await refusal('admin', 'notificationCancel', { id })).toBe('CONFLICT id');
  });

  test('is not for clients and finds no message of another tenant', async () => {
    const { id } = await done('notification', 'admin', 'notificationSend', message({ scheduledAt }));
    expect(await denial('acme', 'notificationCancel', { id })).toEqual(['FORBIDDEN']);
    expect(await refusal('admin', 'notificationCancel', { id, tenantId: 'globex' })).toBe('NOT_FOUND id');
  });
});

describe('notificationMarkRead', () => {
  test('is the recipient’s own, and stays', async () => {
    const { id } = await done('notification', 'admin', 'notificationSend', message());
    const { readAt } = await done('notification', 'acme', 'notificationMarkRead', { id });
    expect(readAt).not.toBeNull();
    expect(await done('notification', 'acme', 'notificationMarkRead', { id })).toMatchObject({ readAt });
    for (const account of ['globex', 'superadmin'] as const)
      expect(await refusal(account, 'notificationMarkRead', { id })).toBe('NOT_FOUND id');
    expect(await refusal('acme', 'notificationMarkRead', { id: NOBODY })).toBe('NOT_FOUND id');
    expect(await refusal('acme', 'notificationMarkRead', { id: 'x' })).toBe('INVALID id');
  });
});

test('a client reads the words of a message to them, an admin does not', async () => {
  const { id } = await done('notification', 'admin', 'notificationSend', message());
  const query = `{ notifications(filter: { templateKey: { eq: "${template}" } }, first: 100) { edges { node { id body } } } }`;
  const bodyFor = async (account: 'acme' | 'admin') => {
    const { data } = await ask(query, { token: await tokenOf(account) });
    const { edges } = data!['notifications'] as unknown as { edges: { node: { id: string; body: string | null } }[] };
    return edges.find(({ node }) => node.id === id)?.node.body;
  };
  expect([await bodyFor('acme'), await bodyFor('admin')]).toEqual(['Hello Ada', null]);
});
