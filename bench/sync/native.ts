/** PostgreSQL's own logical replication of one table: what sync is held against. */
import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import type { Feed } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';
import { until } from './until.ts';

/** What the subscriber's table has beside its rows: the key alone, or every index of the source's table. */
export type Indexes = 'key' | 'all';

export interface Subscription {
  /** Begins to apply; what the table got since `subscribe` comes first. */
  start(): Promise<void>;
  drop(): Promise<void>;
}

/** The table's columns and its key; no constraint or trigger slows the subscriber. */
async function copyTable(from: pg.Pool, to: pg.Pool, table: string, indexes: Indexes): Promise<void> {
  const { rows } = await from.query<{ column: string }>(
    `SELECT format('%I %s', attname, format_type(atttypid, atttypmod)) AS column
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  const columns = rows.map(({ column }) => column).join(', ');
  await to.query(`CREATE TABLE ${table} (${columns}, PRIMARY KEY (tenant_id, id))`);
  if (indexes === 'key') return;
  const others = await from.query<{ create: string }>(
    'SELECT pg_get_indexdef(indexrelid) AS create FROM pg_index WHERE indrelid = $1::regclass AND NOT indisprimary',
    [table],
  );
  for (const { create } of others.rows) await to.query(create);
}

/** A walsender that was told to stop holds its slot for a moment yet. */
async function dropSlot(sql: pg.Pool, slot: string): Promise<void> {
  const query =
    'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active';
  await until(async () => (await sql.query(query, [slot])).rowCount === 1);
}

/** Subscribes a database to a feed's table from now on. Within one cluster the slot must be made first. */
export async function subscribe(
  platform: SyncPlatform,
  { domain, table }: Feed,
  { database, indexes }: { readonly database: string; readonly indexes: Indexes },
): Promise<Subscription> {
  const [from, to] = [platform.sql(embeddedDatabase(domain)), platform.sql(database)];
  const name = `bench_${table}_${indexes}`;
  const { host, port, superuser, superuserPassword } = platform.cluster;
  await copyTable(from, to, table, indexes);
  await from.query(`CREATE PUBLICATION ${name} FOR TABLE ${table}`);
  await from.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
  const address = `host=${host} port=${port} user=${superuser} password=${superuserPassword} dbname=${embeddedDatabase(domain)}`;
  await to.query(
    `CREATE SUBSCRIPTION ${name} CONNECTION '${address}' PUBLICATION ${name}
     WITH (create_slot = false, slot_name = '${name}', enabled = false, copy_data = false, binary = true)`,
  );
  return {
    start: async () => {
      await to.query(`ALTER SUBSCRIPTION ${name} ENABLE`);
    },
    drop: async () => {
      await to.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
      await to.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
      await to.query(`DROP SUBSCRIPTION ${name}`);
      await dropSlot(from, name);
      await from.query(`DROP PUBLICATION ${name}`);
      await to.query(`DROP TABLE ${table}`);
    },
  };
}
