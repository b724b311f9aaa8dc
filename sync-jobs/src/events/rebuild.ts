import { setTimeout as sleep } from 'node:timers/promises';

import { isDomain } from '@metatron/platform/domains';
import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';

import { JobError } from '../defineJob.ts';
import type { Source } from '../relay/source.ts';

import { defineHandler } from './defineHandler.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 50;

const BEGIN = `
UPDATE sync_runs SET status = 'running', started_at = coalesce(started_at, now()) WHERE id = $1 RETURNING source`;
// Without a snapshot nothing can be built on: the relay seeds, in one transaction with the new one.
const FORGET = 'UPDATE sync_checkpoints SET snapshot = NULL, generation = generation + 1 WHERE source = $1';
const SEEDED = 'SELECT FROM sync_checkpoints WHERE source = $1 AND snapshot IS NOT NULL';
const END = "UPDATE sync_runs SET status = 'succeeded', finished_at = now() WHERE id = $1";

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
  on: ['sync.rebuild_requested'],
  payload: z.object({ runId: z.uuid() }),
  handle: async ({ payload: { runId }, attempt }, { leases }) => {
    const runs = leases.cdx.source.cdx;
    const { rows } = await runs.query<{ source: string }>(BEGIN, [runId]);
    const name = rows[0]?.source ?? '';
    if (!isDomain(name)) throw new UnrecoverableError('the run is of no source');
    const { source } = leases[name];
    if (attempt === 1) await source.cdx.query(FORGET, [name]);
    await untilSeeded(source);
    await runs.query(END, [runId]);
  },
});
