import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SyncJobs } from '@metatron/sync-jobs/main';
import fc from 'fast-check';

import { caughtUp, eventually, openKit, startRedis, type Kit, type RedisServer } from './kit.ts';
import { compare } from './recompute.ts';
import { plant, sources, write, writers } from './statements.ts';

let kit: Kit;
let redis: RedisServer;

beforeAll(async () => {
  [kit, redis] = await Promise.all([openKit(), startRedis()]);
  await plant(kit);
  // What is there before the first worker starts.
  await kit.sql.auth.query(
    "INSERT INTO users (tenant_id, id, email, password_hash, role) SELECT 'acme', gen_random_uuid(), n || '@acme.example', '!', 'client' FROM generate_series(1, 1500) n",
  );
  await kit.sql.auth.query(
    "INSERT INTO auth_events (tenant_id, id, event_type) SELECT 'acme', gen_random_uuid(), 'login' FROM generate_series(1, 2500)",
  );
  await kit.sql.crm.query(
    "INSERT INTO customers (tenant_id, id) SELECT 'globex', gen_random_uuid() FROM generate_series(1, 20)",
  );
}, 60_000);

afterAll(async () => {
  await redis.stop();
  await kit.stop();
}, 30_000);

const exact = async (): Promise<void> => {
  await caughtUp(kit, sources);
  const { truth, shown } = await compare(kit, sources);
  expect(shown).toEqual(truth);
};

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (backend) => {
  let workers: SyncJobs;

  beforeAll(async () => {
    workers = await kit.startWorkers(backend === 'Redis' ? redis.url : undefined);
  });

  afterAll(() => workers.stop());

  test('what was there before the first start is filled in', async () => {
    await exact();
    expect(workers.health()).toMatchObject({ ready: true, queue: 'reachable' });
  });

  test('a committed change shows within two seconds, and says when it happened', async () => {
    const id = backend === 'Redis' ? '00000000-0000-7000-8000-0000000000f1' : '00000000-0000-7000-8000-0000000000f2';
    const before = await kit.sql.cdx.query<{ total: number; at: Date | null }>(
      "SELECT coalesce(max(total_customers), 0)::int AS total, max(last_change_at) AS at FROM crm_summary WHERE tenant_id = 'acme'",
    );
    await kit.sql.crm.query("INSERT INTO customers (tenant_id, id) VALUES ('acme', $1)", [id]);
    const shown = async (): Promise<boolean> => {
      const { rows } = await kit.sql.cdx.query(
        "SELECT FROM crm_summary WHERE tenant_id = 'acme' AND total_customers = $1 AND last_change_at > coalesce($2::timestamptz, '-infinity') AND complete_through >= last_change_at",
        [(before.rows[0]?.total ?? 0) + 1, before.rows[0]?.at],
      );
      return rows.length === 1;
    };
    expect(await eventually(shown, 2_000, 'the customer is counted')).toBeLessThan(2_000);
  });

  test('after any statements of concurrent writers, each summary equals a recompute', async () => {
    await fc.assert(
      fc.asyncProperty(writers, async (lists) => {
        await Promise.all(lists.map((list) => write(kit, list)));
        await exact();
      }),
      { numRuns: backend === 'Redis' ? 3 : 8, endOnFailure: true },
    );
  }, 60_000);

  test('a statement over many rows is carried over whole', async () => {
    await kit.sql.auth.query(
      "INSERT INTO auth_events (tenant_id, id, event_type) SELECT 'globex', gen_random_uuid(), 'login' FROM generate_series(1, 5000)",
    );
    await kit.sql.auth.query("DELETE FROM auth_events WHERE tenant_id = 'acme'");
    await exact();
  });

  test('a truncated table leaves nothing behind', async () => {
    await kit.sql.notifications.query('TRUNCATE notifications CASCADE');
    await kit.sql.auth.query('TRUNCATE users CASCADE');
    await exact();
  });
});
