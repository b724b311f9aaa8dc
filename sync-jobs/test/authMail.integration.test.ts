/** A link that lets a person in is in one mail and nowhere else. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readEnvironment, type Environment } from '@metatron/platform/env';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';
import { startSyncJobs, type SyncJobs } from '@metatron/sync-jobs/main';
import { pino } from 'pino';

import { eventually, into, openKit, type Kit } from './kit.ts';

let kit: Kit;
let keys: KeyRing;
let workers: SyncJobs;
let environment: Environment;
const lines: string[] = [];

beforeAll(async () => {
  kit = await openKit();
  environment = readEnvironment({ DATA_DIR: kit.dataDirectory, PUBLIC_URL: 'https://metatron.example/' });
  keys = await openKeyRing(environment.signingKeysFile);
  const stream = into(lines);
  const { addresses, passwords } = kit;
  workers = await startSyncJobs({ environment, addresses, passwords, keys, log: pino({ level: 'trace' }, stream) });
  await kit.sql.auth.query("INSERT INTO tenants (id, name) VALUES ('acme', 'Acme') ON CONFLICT DO NOTHING");
}, 60_000);

afterAll(async () => {
  await workers.stop();
  await kit.stop();
}, 30_000);

interface Asked {
  readonly userId: string;
  readonly token: string;
  readonly dedupeKey: string;
}

/** What AUTH leaves behind when somebody asks for a link. */
async function ask(type: string): Promise<Asked> {
  const [userId, tokenId] = [randomUUID(), randomUUID()];
  await kit.sql.auth.query(
    "INSERT INTO users (tenant_id, id, email, role, password_hash, first_name) VALUES ('acme', $1, $2, 'client', '!', 'Ada')",
    [userId, `${userId}@example.com`],
  );
  const reference = { tokenId, keyId: keys.currentKeyId };
  await kit.sql.auth.query("INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ('acme', $1, $2, $3)", [
    randomUUID(),
    type,
    { userId, ...reference },
  ]);
  return { userId, token: keys.linkToken(reference), dedupeKey: `${type}:${tokenId}` };
}

interface Kept {
  readonly id: string;
  readonly status: string;
  readonly body: string | null;
  readonly body_withheld: boolean;
  readonly is_critical: boolean;
}

async function keptFor({ dedupeKey }: Asked): Promise<Kept> {
  const read = async () => {
    const { rows } = await kit.sql.notifications.query<Kept>(
      'SELECT id, status, body, body_withheld, is_critical FROM notifications WHERE dedupe_key = $1',
      [dedupeKey],
    );
    return rows[0];
  };
  await eventually(async () => (await read())?.status === 'sent', 20_000, 'the mail is sent');
  const kept = await read();
  if (kept === undefined) throw new Error('there is no message');
  return kept;
}

/** A mail's text as its reader sees it: the transfer encoding's line ends are taken out. */
const decoded = (mail: string): string => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');

/** Every row of every table of every database, the queue's among them. */
async function everything(): Promise<string> {
  const texts: string[] = [];
  for (const pool of Object.values(kit.sql)) {
    const { rows } = await pool.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    for (const { name } of rows) {
      const { rows: found } = await pool.query<{ all: string | null }>(
        `SELECT string_agg(t::text, ' ') AS all FROM ${name} t`,
      );
      texts.push(found[0]?.all ?? '');
    }
  }
  return texts.join('\n');
}

test.each([
  ['password.reset_requested', 'reset'],
  ['user.invited', 'reset'],
  ['email.verification_requested', 'verify'],
])('the link of %s is in the mail, and in no table, log or job', async (type, purpose) => {
  const asked = await ask(type);
  const { id, ...kept } = await keptFor(asked);
  expect(kept).toEqual({ status: 'sent', body: null, body_withheld: true, is_critical: true });
  const file = join(kit.dataDirectory, 'mail', `${id}.eml`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const mail = decoded(readFileSync(file, 'utf8'));
  expect(mail).toContain(`https://metatron.example/graphql#${purpose}=${asked.token}`);
  expect(mail).toContain(`To: ${asked.userId}@example.com`);
  const rest = `${await everything()}\n${lines.join('')}`;
  expect(rest).toContain(id);
  expect(rest).not.toContain(asked.token);
  expect(lines.join('')).toContain(`${asked.userId}@example.com`);
});

test('an event that comes twice sends one mail', async () => {
  const asked = await ask('user.invited');
  const { id } = await keptFor(asked);
  const before = readdirSync(join(kit.dataDirectory, 'mail')).length;
  await kit.sql.auth.query(
    `INSERT INTO domain_events (tenant_id, id, type, payload)
     SELECT tenant_id, gen_random_uuid(), type, payload FROM domain_events WHERE payload->>'userId' = $1`,
    [asked.userId],
  );
  const delivered = async () =>
    (await kit.sql.auth.query('SELECT FROM domain_events WHERE delivered_at IS NULL')).rows.length === 0;
  await eventually(delivered, 10_000, 'both are handed on');
  const { rows } = await kit.sql.notifications.query('SELECT FROM delivery_attempts WHERE notification_id = $1', [id]);
  expect([rows.length, readdirSync(join(kit.dataDirectory, 'mail')).length]).toEqual([1, before]);
});

test('a published template of the platform is used, and one without the link is not', async () => {
  const publish = (body: string) =>
    kit.sql.notifications.query(
      `WITH version AS (
         INSERT INTO notification_template_versions (tenant_id, template_id, version, subject, body, variables)
         VALUES ('platform', '01890000-0000-7000-8000-0000000000aa', 1, 'Ours', $1, '["link"]')
         ON CONFLICT (tenant_id, template_id, version) DO UPDATE SET body = excluded.body)
       INSERT INTO notification_templates (tenant_id, id, key, channel, name, subject, body, status, published_version)
       VALUES ('platform', '01890000-0000-7000-8000-0000000000aa', 'password_reset', 'email', 'Ours', 'Ours', $1, 'published', 1)
       ON CONFLICT DO NOTHING`,
      [body],
    );
  const subjectOf = async (): Promise<string | undefined> => {
    const { id } = await keptFor(await ask('password.reset_requested'));
    return /^Subject: (.*?)\r?$/m.exec(readFileSync(join(kit.dataDirectory, 'mail', `${id}.eml`), 'utf8'))?.[1];
  };
  await publish('<p>{{ link }}</p>');
  expect(await subjectOf()).toBe('Ours');
  await publish('<p>Nothing to see</p>');
  expect(await subjectOf()).toBe('Set a new password');
});
