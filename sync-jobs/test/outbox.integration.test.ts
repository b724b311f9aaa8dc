/** The outboxes themselves: how they are emptied, and that the triggers fit the tables. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { captures } from '@metatron/prisma/capture/index';
import { lineageOf } from '@metatron/prisma/capture/lineage';
import { probeTriggers } from '@metatron/prisma/capture/probe';
import { capturedTables } from '@metatron/prisma/capture/outbox';
import { domains } from '@metatron/platform/domains';
import type pg from 'pg';

import { sql, superuserPool } from '../../platform/test/kit.ts';
import { dropScratchDatabases, scratchDatabase } from '../../platform/test/scratch.ts';

let crm: pg.Pool;

beforeAll(async () => {
  crm = superuserPool(await scratchDatabase('crm', 'outbox'), '-c role=metatron_owner');
}, 60_000);

afterAll(async () => {
  await crm.end();
  await dropScratchDatabases();
}, 30_000);

const insert = "INSERT INTO customers (tenant_id, id) VALUES ('acme', gen_random_uuid())";
const now = 'pg_snapshot_xmin(pg_current_snapshot())';

/** Not as of now: a transaction of another test in this cluster may have begun before. */
const EVERYTHING = "'9223372036854775807'::xid8";
const rotate = async (up = EVERYTHING): Promise<number> =>
  (await crm.query<{ emptied: number }>(`SELECT sync_outbox_rotate(${up}) AS emptied`)).rows[0]?.emptied ?? -1;
const waiting = async (): Promise<number> => (await crm.query('SELECT FROM sync_outbox_customers')).rowCount ?? -1;

describe('an outbox', () => {
  test('is emptied of what is applied, and says up to where', async () => {
    await crm.query(insert);
    expect(await rotate()).toBe(1);
    expect(await waiting()).toBe(0);
    const { rows } = await crm.query('SELECT purged_below > 0::text::xid8 AS told FROM sync_outbox_epoch');
    expect(rows).toEqual([{ told: true }]);
  });

  test('keeps what is not applied yet', async () => {
    const { rows } = await crm.query<{ xmin: string }>(`SELECT ${now}::text AS xmin`);
    await crm.query(insert);
    expect(await rotate(`'${rows[0]?.xmin ?? ''}'::xid8`)).toBe(0);
    expect(await waiting()).toBe(1);
  });

  test('is left alone while a transaction that wrote to it is open', async () => {
    const writer = superuserPool(await scratchDatabase('crm', 'outbox'));
    try {
      await writer.query(`BEGIN; ${insert}`);
      expect(await rotate()).toBe(0);
      await writer.query('COMMIT');
      expect(await waiting()).toBe(2);
    } finally {
      await writer.end();
    }
  });

  test('loses what a dump of another cluster brought of transactions that are still to come here', async () => {
    await crm.query(
      `INSERT INTO sync_outbox_customers (txid, tenant_id, total_customers)
       VALUES ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000)::text::xid8, 'acme', 9)`,
    );
    expect(await waiting()).toBe(3);
    expect(await rotate("'0'::xid8")).toBe(0);
    expect(await waiting()).toBe(2);
  });

  test('has one row for a statement over one or many rows of a tenant, and none for one that changes no measure', async () => {
    await rotate();
    await crm.query(
      "INSERT INTO customers (tenant_id, id) SELECT 'acme', gen_random_uuid() FROM generate_series(1, 500)",
    );
    await crm.query("UPDATE customers SET first_name = 'x'");
    await crm.query(insert);
    await crm.query("INSERT INTO customers (tenant_id, id, deleted_at) VALUES ('acme', gen_random_uuid(), now())");
    await crm.query(
      'DELETE FROM customers WHERE id = (SELECT min(id::text)::uuid FROM customers WHERE deleted_at IS NULL)',
    );
    const { rows } = await crm.query(
      'SELECT tenant_id, total_customers::int AS n FROM sync_outbox_customers ORDER BY txid',
    );
    expect(rows).toEqual([500, 1, -1].map((n) => ({ tenant_id: 'acme', n })));
  });
});

describe('the triggers', () => {
  const probe = (): Promise<void> => probeTriggers('crm', captures.crm, crm);

  test('fit the tables as they are', async () => {
    await expect(probe()).resolves.toBeUndefined();
  });

  test('that name a column which is gone are refused with its name, and nothing is changed', async () => {
    await crm.query('ALTER TABLE leads RENAME COLUMN probability TO chance');
    try {
      await expect(probe()).rejects.toThrow(/triggers of the crm database do not fit its tables: .*probability/);
    } finally {
      await crm.query('ALTER TABLE leads RENAME COLUMN chance TO probability');
    }
    await expect(probe()).resolves.toBeUndefined();
  });
});

test.each(domains.filter((domain) => capturedTables(captures[domain]).length > 0))(
  'the lineage of %s names columns that are there',
  async (domain) => {
    const columns = async (database: typeof domain): Promise<ReadonlySet<string>> => {
      const rows = await sql<{ name: string }>(
        database,
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'",
      );
      return new Set(rows.map(({ name }) => name));
    };
    const [there, here] = [await columns(domain), await columns('cdx')];
    const named = lineageOf(captures[domain]);
    expect(named.length).toBeGreaterThan(0);
    for (const { source, target } of named) {
      if (source.column !== null) expect(there).toContain(`${source.dataset}.${source.column}`);
      expect(here).toContain(`${target.dataset}.${target.column}`);
    }
  },
);
