import { setTimeout as sleep } from 'node:timers/promises';

import { isDomain } from '@metatron/platform/domains';
import { events } from '@metatron/prisma/cdx/events';
import { UnrecoverableError } from 'bullmq';

import { failureOf } from '../deadLetters/setAside.ts';
import { JobError } from '../defineJob.ts';
import type { Source } from '../relay/source.ts';

import { defineHandler } from './defineHandler.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** The dead letter that a superadmin sends again by this run. */
const ofRun = "l.id = (run.details ->> 'deadLetterId')::uuid AND l.status = 'retrying'";

const BEGIN = `
UPDATE sync_runs SET status = 'running', started_at = coalesce(started_at, now()) WHERE id = $1 RETURNING source`;
// Without a snapshot nothing can be built on: the relay seeds, in one transaction with the new one.
const FORGET = 'UPDATE sync_checkpoints SET snapshot = NULL, generation = generation + 1 WHERE source = $1';
const SEEDED = 'SELECT FROM sync_checkpoints WHERE source = $1 AND snapshot IS NOT NULL';
const END = `
WITH run AS (
  UPDATE sync_runs SET status = 'succeeded', error = NULL, finished_at = now() WHERE id = $1
  RETURNING details
)
UPDATE dead_letters l SET status = 'resolved', resolved_at = now(), updated_at = now()
  FROM run WHERE ${ofRun}`;
const GIVE_UP = `
WITH run AS (
  UPDATE sync_runs SET status = 'failed', error = $2, finished_at = now() WHERE id = $1 RETURNING details
)
UPDATE dead_letters l
   SET status = 'open', error = $2, attempts = l.attempts + $3, resolved_by = NULL, updated_at = now()
  FROM run WHERE ${ofRun}`;

async function untilSeeded({ name, cdx }: Source): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while ((await cdx.query(SEEDED, [name])).rowCount === 0) {
    if (Date.now() > end) throw new JobError('the source has not been seeded yet');
    await sleep(POLL_MS);
  }
}

/** Makes a source's projections anew: a superadmin has asked for it. */
export const rebuild = defineHandler({
  name: 'rebuild',
  of: events,
  on: ['sync.rebuild_requested'],
  handle: async ({ payload: { runId }, attempt, lastAttempt }, { leases }) => {
    const runs = leases.cdx.source.cdx;
    const { rows } = await runs.query<{ source: string }>(BEGIN, [runId]);
    const name = rows[0]?.source ?? '';
    if (!isDomain(name)) throw new UnrecoverableError('the run is of no source');
    const { source } = leases[name];
    try {
      if (attempt === 1) await source.cdx.query(FORGET, [name]);
      await untilSeeded(source);
    } catch (error) {
      if (lastAttempt) await runs.query(GIVE_UP, [runId, failureOf(error), attempt]);
      throw error;
    }
    await runs.query(END, [runId]);
  },
});
