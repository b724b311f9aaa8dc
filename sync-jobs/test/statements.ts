/** Random statements over the captured tables, as SQL; each takes a number to be random by. */
import type { Domain } from '@metatron/platform/domains';
import fc from 'fast-check';
import pg from 'pg';

import type { Databases } from './kit.ts';

export const tenants = ['acme', 'globex', 'initech', 'platform'] as const;
const currencies = ['USD', 'EUR', 'JPY', 'BHD'] as const;
const PIPELINE = '00000000-0000-7000-8000-000000000001';
const TYPES = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'] as const;
const PLAN = '00000000-0000-7000-8000-0000000000aa';

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const tenant = (n: number): string => `'${pick(tenants, n)}'`;
const currency = (n: number): string => `'${pick(currencies, n)}'`;
const series = (n: number): string => `generate_series(1, ${String((n % 7) + 1)})`;
/** A few rows, which ones depends on the number. */
const some = (table: string, n: number, where = 'true'): string =>
  `ctid = ANY (ARRAY(SELECT ctid FROM ONLY ${table} WHERE ${where} ORDER BY hashtext(id::text || ${String(n)}) LIMIT ${String((n % 5) + 1)}))`;
/** Where ctid means nothing: a partitioned table's rows, by their ids. */
const someOf = (table: string, n: number, where = 'true'): string =>
  `id = ANY (ARRAY(SELECT id FROM ${table} WHERE ${where} ORDER BY hashtext(id::text || ${String(n)}) LIMIT ${String((n % 5) + 1)}))`;
const role = (n: number): string => (pick(tenants, n) === 'platform' ? "'admin'" : "'client'");

type Statement = (n: number) => string;

const auth: readonly Statement[] = [
  (n) =>
    `INSERT INTO users (tenant_id, id, email, password_hash, role, last_login) SELECT ${tenant(n)}, id, id || '@x.y', '!', ${role(n)}, CASE WHEN ${String(n)} % 3 = 0 THEN NULL ELSE now() + make_interval(secs => ${String(n % 997)}) END FROM (SELECT gen_random_uuid() AS id FROM ${series(n)}) AS made`,
  (n) => `UPDATE users SET last_login = now() - make_interval(secs => ${String(n % 991)}) WHERE ${some('users', n)}`,
  (n) => `UPDATE users SET is_active = NOT is_active WHERE tenant_id = ${tenant(n)}`,
  (n) => `UPDATE users SET tenant_id = ${tenant(n % 3)} WHERE ${some('users', n, "tenant_id <> 'platform'")}`,
  (n) => `DELETE FROM users WHERE ${some('users', n)}`,
  (n) => (n % 8 === 0 ? 'TRUNCATE users CASCADE' : `UPDATE users SET first_name = 'x' WHERE tenant_id = ${tenant(n)}`),
  (n) =>
    `INSERT INTO auth_events (tenant_id, id, event_type) SELECT ${tenant(n)}, gen_random_uuid(), 'login' FROM ${series(n)}`,
  (n) => `UPDATE auth_events SET event_type = 'logout' WHERE ${some('auth_events', n)}`,
  (n) => `DELETE FROM auth_events WHERE ${some('auth_events', n)}`,
];

const crm: readonly Statement[] = [
  (n) =>
    `INSERT INTO leads (tenant_id, id, pipeline_id, title, value, currency, stage, probability) SELECT ${tenant(n)}, gen_random_uuid(), '${PIPELINE}', 'x', CASE WHEN ${String(n)} % 5 = 0 THEN NULL ELSE ${String(n % 1000)}.25 END, ${currency(n)}, 'new', CASE WHEN ${String(n)} % 4 = 0 THEN NULL ELSE ${String(n % 100)} END FROM ${series(n)}`,
  (n) => `UPDATE leads SET value = coalesce(value, 0) + 0.5, currency = ${currency(n)} WHERE ${some('leads', n)}`,
  (n) => `UPDATE leads SET stage_kind = 'won', probability = 100 WHERE ${some('leads', n)}`,
  (n) => `UPDATE leads SET converted_at = now() WHERE ${some('leads', n)}`,
  (n) => `UPDATE leads SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE ${some('leads', n)}`,
  (n) => `UPDATE leads SET tenant_id = ${tenant(n)} WHERE ${some('leads', n)}`,
  (n) => (n % 6 === 0 ? 'TRUNCATE leads CASCADE' : `DELETE FROM leads WHERE ${some('leads', n)}`),
  (n) => `INSERT INTO customers (tenant_id, id) SELECT ${tenant(n)}, gen_random_uuid() FROM ${series(n)}`,
  (n) => `UPDATE customers SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE ${some('customers', n)}`,
  (n) =>
    `INSERT INTO deals (tenant_id, id, pipeline_id, title, value, currency, stage) SELECT ${tenant(n)}, gen_random_uuid(), '${PIPELINE}', 'x', ${String(n % 500)}, ${currency(n)}, 'new' FROM ${series(n)}`,
  (n) => `UPDATE deals SET stage_kind = 'won', probability = 100, closed_at = now() WHERE ${some('deals', n)}`,
  (n) =>
    `MERGE INTO deals d USING (SELECT id FROM deals WHERE tenant_id = ${tenant(n)} LIMIT 3) s ON d.id = s.id WHEN MATCHED AND d.value > 100 THEN DELETE WHEN MATCHED THEN UPDATE SET value = d.value + 1`,
];

const cms: readonly Statement[] = [
  (n) =>
    `INSERT INTO content_items (tenant_id, content_type_id, id, title, slug, data) SELECT ${tenant(n)}, '${pick(TYPES, n)}', id, 'x', id::text, '{}' FROM (SELECT gen_random_uuid() AS id FROM ${series(n)}) AS made`,
  (n) =>
    `UPDATE content_items SET status = 'published', published_version = 1, published_at = now() WHERE ${someOf('content_items', n)}`,
  (n) =>
    `UPDATE content_items SET status = 'draft', published_version = NULL, title = 'y' WHERE ${someOf('content_items', n)}`,
  // From one partition to another.
  (n) => `UPDATE content_types SET name = 'Type ${String(n % 3)}' WHERE tenant_id = ${tenant(n)}`,
  (n) => `UPDATE content_items SET content_type_id = '${pick(TYPES, n)}' WHERE ${someOf('content_items', n)}`,
  (n) => `DELETE FROM content_items WHERE ${someOf('content_items', n)}`,
];

const billing: readonly Statement[] = [
  (n) =>
    `INSERT INTO subscriptions (tenant_id, id, customer_id, plan_id, plan_version, status, quantity, amount, currency, "interval", billing_anchor, current_period_start, current_period_end) SELECT ${tenant(n)}, gen_random_uuid(), gen_random_uuid(), '${PLAN}', 1, '${n % 3 === 0 ? 'past_due' : 'active'}', ${String((n % 3) + 1)}, ${String(n % 1000)}, ${currency(n)}, '${n % 2 === 0 ? 'year' : 'month'}', now(), now(), now() + interval '1 month' FROM ${series(n)}`,
  (n) =>
    `UPDATE subscriptions SET status = '${n % 2 === 0 ? 'active' : 'past_due'}', amount = amount + 1 WHERE ${some('subscriptions', n)}`,
  (n) => `DELETE FROM subscriptions WHERE ${some('subscriptions', n)}`,
  (n) =>
    `INSERT INTO invoices (tenant_id, id, customer_id, invoice_number, status, subtotal, total, currency, finalized_at) SELECT ${tenant(n)}, id, gen_random_uuid(), id::text, 'open', ${String(n % 700)}, ${String(n % 700)}, ${currency(n)}, now() FROM (SELECT gen_random_uuid() AS id FROM ${series(n)}) AS made`,
  (n) => `UPDATE invoices SET amount_paid = least(total, amount_paid + 10) WHERE ${some('invoices', n)}`,
  (n) => `UPDATE invoices SET status = 'paid', amount_paid = total, paid_at = now() WHERE ${some('invoices', n)}`,
];

/** What ANALYTICS has been told by other domains is left alone. */
const VIEWS = "event_name = 'page_view'";

const analytics: readonly Statement[] = [
  (n) =>
    `INSERT INTO events (tenant_id, id, message_id, event_name, created_at) SELECT ${tenant(n)}, gen_random_uuid(), 'm', 'page_view', now() - make_interval(days => ${String(n % 90)}, secs => g) FROM ${series(n)} g`,
  // From one month's partition to another's.
  (n) =>
    `UPDATE events SET created_at = created_at - make_interval(days => ${String(n % 40)}) WHERE ${someOf('events', n, VIEWS)}`,
  (n) => `DELETE FROM events WHERE ${someOf('events', n, VIEWS)}`,
];

const notifications: readonly Statement[] = [
  (n) =>
    `INSERT INTO notifications (tenant_id, id, user_id, channel, dedupe_key) SELECT ${tenant(n)}, id, gen_random_uuid(), 'email', id::text FROM (SELECT gen_random_uuid() AS id FROM ${series(n)}) AS made`,
  (n) => `UPDATE notifications SET status = 'sent', sent_at = now() WHERE ${some('notifications', n)}`,
  (n) => `UPDATE notifications SET status = 'failed' WHERE ${some('notifications', n)}`,
  (n) => `DELETE FROM notifications WHERE ${some('notifications', n)}`,
];

const statements = { auth, crm, cms, billing, analytics, notifications };

export const sources = [
  'auth',
  'crm',
  'cms',
  'billing',
  'analytics',
  'notifications',
] as const satisfies readonly Domain[];

/** What one writer does in one transaction. */
export interface Transaction {
  readonly source: (typeof sources)[number];
  readonly statements: readonly string[];
  readonly commit: boolean;
}

export const transactions = fc.constantFrom(...sources).chain((source) =>
  fc.record({
    source: fc.constant(source),
    statements: fc.array(
      fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 100_000 })).map(([which, n]) => pick(statements[source], which)(n)),
      { minLength: 1, maxLength: 4 },
    ),
    commit: fc.boolean().chain((first) => (first ? fc.constant(true) : fc.boolean())),
  }),
);

/** What several writers do at once. */
export const writers = fc.array(fc.array(transactions, { minLength: 8, maxLength: 24 }), {
  minLength: 4,
  maxLength: 4,
});

/** What the statements above point at. */
export async function plant({ sql }: Databases): Promise<void> {
  const list = tenants.map((name) => `'${name}'`).join(', ');
  await sql.auth.query(
    `INSERT INTO tenants (id, name) SELECT t, t FROM unnest(ARRAY[${list}]) t ON CONFLICT DO NOTHING`,
  );
  await sql.crm.query(
    `INSERT INTO pipelines (tenant_id, id, name, stages) SELECT t, '${PIPELINE}', 'Sales', '[{"id": "1", "name": "new", "order": 1, "probability": 10, "kind": "open"}]' FROM unnest(ARRAY[${list}]) t`,
  );
  await sql.cms.query(
    `INSERT INTO content_types (tenant_id, id, name, slug, schema) SELECT t, c::uuid, 'Type', 'type-' || right(c, 1), '{}' FROM unnest(ARRAY[${list}]) t, unnest(ARRAY['${TYPES[0]}', '${TYPES[1]}']) c`,
  );
  await sql.billing.query(`INSERT INTO plans (id, name, amount, "interval") VALUES ('${PLAN}', 'Plan', 10, 'month')`);
}

/**
 * Runs one writer's transactions one after the other. What a statement is refused (a clash, a
 * deadlock) is rolled back with its transaction. Other triggers and foreign keys are off, the
 * capture is not: a session in replication mode is captured like any other.
 */
export async function write({ sql }: Databases, list: readonly Transaction[]): Promise<number> {
  let refused = 0;
  for (const { source, statements: texts, commit } of list) {
    const client = await sql[source].connect();
    try {
      await client.query(
        'BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off; SET LOCAL deadlock_timeout = 20',
      );
      for (const text of texts) await client.query(text);
      await client.query(commit ? 'COMMIT' : 'ROLLBACK');
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      refused += 1;
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
  }
  return refused;
}
