/** What becomes of a dead letter whose source cannot be made anew. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '@metatron/platform/log';
import pg from 'pg';

import { eventJob } from '../src/events/eventJob.ts';
import { rebuild } from '../src/events/rebuild.ts';

import { eventually, openKit, type Kit } from './kit.ts';
import { startSupervisor, type Supervised } from './supervisor.ts';

let kit: Kit;
let workers: Supervised;

beforeAll(async () => {
  kit = await openKit();
  workers = await startSupervisor(kit, { redisUrl: undefined, jobs: [eventJob(rebuild)], log: createLog('silent') });
}, 60_000);

afterAll(async () => {
  await workers.stop();
  await kit.stop();
}, 30_000);

test('it is open again, with the run’s attempts and its failure, and the run has failed', async () => {
  const [letterId, runId, eventId] = [randomUUID(), randomUUID(), randomUUID()];
  const { cdx } = kit.sql;
  await cdx.query(
    `INSERT INTO dead_letters (tenant_id, id, source, job, payload, error, attempts, status)
     VALUES ('acme', $1, 'crm', 'drain', '{}', 'before', 2, 'retrying')`,
    [letterId],
  );
  await cdx.query("INSERT INTO sync_runs (id, source, kind, details) VALUES ($1, 'crm', 'rebuild', $2)", [
    runId,
    { deadLetterId: letterId },
  ]);
  await cdx.query(
    "INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ('acme', $1, 'sync.rebuild_requested', $2)",
    [eventId, { runId }],
  );
  // Nothing seeds the source: the checkpoint cannot even be forgotten.
  await cdx.query('ALTER TABLE sync_checkpoints RENAME TO sync_checkpoints_away');
  try {
    const data = { source: 'cdx', tenantId: 'acme', id: eventId };
    await workers.queue.add('event-rebuild', data, { jobId: `rebuild-${eventId}` });
    const letter = (): Promise<pg.QueryResult> =>
      cdx.query('SELECT status, attempts, error, resolved_by FROM dead_letters WHERE id = $1', [letterId]);
    await eventually(
      async () => ((await letter()).rows[0] as { status: string }).status === 'open',
      10_000,
      'it is open',
    );
    expect((await letter()).rows).toEqual([{ status: 'open', attempts: 3, error: 'error 42P01', resolved_by: null }]);
    const run = await cdx.query('SELECT status, error FROM sync_runs WHERE id = $1', [runId]);
    expect(run.rows).toEqual([{ status: 'failed', error: 'error 42P01' }]);
  } finally {
    await cdx.query('ALTER TABLE sync_checkpoints_away RENAME TO sync_checkpoints');
  }
});
