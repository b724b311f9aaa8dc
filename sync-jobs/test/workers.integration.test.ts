import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openQueueStore } from '@metatron/platform/queue';
import { createLog } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { verifyAudit } from '@metatron/prisma/cdx/audit/verify';
import type { SyncJobs } from '@metatron/sync-jobs/main';
import fc from 'fast-check';

import { jobs } from '../src/jobs/index.ts';

import { caughtUp, ended, eventually, openKit, startRedis, type Kit, type RedisServer } from './kit.ts';
import { compare } from './recompute.ts';
import { plant, sources, write, writers } from './statements.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await openKit();
  await plant(kit);
}, 60_000);

afterAll(() => kit.stop(), 30_000);

const exact = async (): Promise<void> => {
  await caughtUp(kit, sources);
  const { truth, shown } = await compare(kit, sources);
  expect(shown).toEqual(truth);
};

async function startProcess(redisUrl: string | undefined): Promise<ChildProcess> {
  const parameters = [
    join(import.meta.dirname, 'worker.ts'),
    kit.dataDirectory,
    String(kit.addresses.cdx.port),
    ...(redisUrl === undefined ? [] : [redisUrl]),
  ];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => {
      resolve();
    });
    child.once('exit', () => {
      reject(new Error('the worker did not start'));
    });
  });
  return child;
}

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (backend) => {
  let redis: RedisServer | undefined;

  beforeAll(async () => {
    if (backend === 'Redis') redis = await startRedis();
  });

  afterAll(() => redis?.stop());

  test('two workers apply each change once, and one goes on when the other is killed', async () => {
    const child = await startProcess(redis?.url);
    const workers = await kit.startWorkers(redis?.url);
    try {
      const lists = fc.sample(writers, { numRuns: 2, seed: 42 }).flat();
      await Promise.all(lists.map((list) => write(kit, list)));
      await exact();

      child.kill('SIGKILL');
      await ended(child);
      const begun = Date.now();
      await caughtUp(kit, sources, 5_000);
      expect(Date.now() - begun).toBeLessThan(5_000);
      await Promise.all(lists.map((list) => write(kit, list)));
      await exact();
    } finally {
      child.kill('SIGKILL');
      await workers.stop();
    }
  }, 30_000);
});

describe('without its queue', () => {
  let redis: RedisServer;
  let workers: SyncJobs;

  beforeAll(async () => {
    redis = await startRedis();
    workers = await kit.startWorkers(redis.url);
    await caughtUp(kit, sources);
  });

  afterAll(async () => {
    await workers.stop();
    await redis.stop();
  });

  test('an emptied queue has its schedulers again', async () => {
    const store = openQueueStore({
      redisUrl: redis.url,
      address: kit.addresses.cdx,
      password: '',
      log: createLog('silent'),
    });
    const schedules = jobs.flatMap((job) => job.schedules).length;
    const queue = store.openQueue('sync');
    try {
      await queue.waitUntilReady();
      await redis.flush();
      expect(await queue.getJobSchedulersCount()).toBe(0);
      await eventually(
        async () => (await queue.getJobSchedulersCount()) === schedules,
        8_000,
        'the schedulers are back',
      );
      await exact();
    } finally {
      await queue.close();
    }
  });

  test('a worker whose queue has died goes on draining', async () => {
    await redis.stop();
    await kit.sql.crm.query(
      "INSERT INTO customers (tenant_id, id) SELECT 'initech', gen_random_uuid() FROM generate_series(1, 3)",
    );
    await exact();
    expect(workers.health().ready).toBe(true);
  });
});

describe('a source that is not the one it was', () => {
  let workers: SyncJobs;

  const poison = (): Promise<unknown> =>
    kit.sql.cdx.query('UPDATE crm_summary SET total_customers = 999; DELETE FROM cms_content_index');
  const restart = async (): Promise<void> => {
    workers = await kit.startWorkers();
  };

  beforeAll(restart);
  afterAll(() => workers.stop());

  test('is taken anew when its outbox has begun another life', async () => {
    await exact();
    await workers.stop();
    await poison();
    await Promise.all(
      ['crm', 'cms'].map((name) =>
        kit.sql[name as 'crm' | 'cms'].query('UPDATE sync_outbox_epoch SET epoch = gen_random_uuid()'),
      ),
    );
    await restart();
    await exact();
    const { rows } = await kit.sql.cdx.query(
      "SELECT DISTINCT source FROM sync_runs WHERE kind = 'seed' AND status = 'succeeded' AND source IN ('crm', 'cms')",
    );
    expect(rows).toHaveLength(2);
  });

  test('is taken anew when more has been emptied than cdx has', async () => {
    const {
      rows: [old],
    } = await kit.sql.cdx.query<{ snapshot: string }>("SELECT snapshot FROM sync_checkpoints WHERE source = 'crm'");
    await kit.sql.crm.query("INSERT INTO customers (tenant_id, id) VALUES ('acme', gen_random_uuid())");
    await exact();
    await workers.stop();
    // cdx comes back as it was, the outbox does not.
    await kit.sql.crm.query('SELECT sync_outbox_rotate(pg_snapshot_xmin(pg_current_snapshot()))');
    await kit.sql.cdx.query("UPDATE sync_checkpoints SET snapshot = $1 WHERE source = 'crm'", [old?.snapshot]);
    await kit.sql.cdx.query("UPDATE crm_summary SET total_customers = total_customers - 1 WHERE tenant_id = 'acme'");
    expect((await kit.sql.crm.query('SELECT FROM sync_outbox_customers')).rowCount).toBe(0);
    await restart();
    await exact();
  });

  test('sends its audit entries once, into one chain over all domains', async () => {
    const insert =
      "INSERT INTO audit_entries (tenant_id, id, actor_role, action, object_type, object_id, after, request_id) SELECT 'acme', gen_random_uuid(), 'client', 'leadCreate', 'Lead', n::text, '{\"a\": 1}', 'r' FROM generate_series(1, 40) n";
    await Promise.all([kit.sql.crm, kit.sql.cms, kit.sql.cdx].map((pool) => pool.query(insert)));
    await caughtUp(kit, ['crm', 'cms', 'cdx']);
    const { rows } = await kit.sql.cdx.query(`
      SELECT count(*)::int AS entries, count(DISTINCT source_id)::int AS distinct FROM audit_log`);
    expect(rows).toEqual([{ entries: 120, distinct: 120 }]);
    const { dataDirectory } = kit;
    const keys = await openKeyRing(join(dataDirectory, 'keys.json'));
    expect(await verifyAudit({ cdx: kit.sql.cdx, keys, dataDirectory })).toMatchObject({
      checked: 120,
      firstBroken: null,
    });
  });
});
