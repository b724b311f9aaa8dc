/** Hands what has happened in a domain to the queue, one job per event and handler. */
import type { JobsOptions } from 'bullmq';

import type { QueuedJob } from '../defineJob.ts';
import type { Source } from '../relay/source.ts';

import type { EventHandler } from './defineHandler.ts';
import { eventJobName, type EventReference } from './eventJob.ts';

const EVENTS_AT_ONCE = 200;

const FIRST_DELAY_MS = 1_000;

/** About four minutes in all; jitter keeps those that failed together from coming back together. */
const RETRIES: JobsOptions = { attempts: 8, backoff: { type: 'exponential', delay: FIRST_DELAY_MS, jitter: 0.5 } };

/** How long after a failed attempt the next one begins, at the latest. */
export const retryDelayMs = (attempt: number): number => FIRST_DELAY_MS * 2 ** (attempt - 1);

const UNDELIVERED = `
SELECT tenant_id AS "tenantId", id, type FROM domain_events
 WHERE delivered_at IS NULL ORDER BY at, id LIMIT ${String(EVENTS_AT_ONCE)}`;

const DELIVERED = `
UPDATE domain_events e SET delivered_at = now()
  FROM unnest($1::text[], $2::uuid[]) AS d (tenant_id, id)
 WHERE e.tenant_id = d.tenant_id AND e.id = d.id`;

interface Row {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
}

function jobsFor(source: Source, { tenantId, id, type }: Row, handlers: readonly EventHandler[]): QueuedJob[] {
  const data: EventReference = { source: source.name, tenantId, id };
  return handlers
    .filter(({ on }) => on.includes(type))
    .map((handler) => {
      const name = eventJobName(handler);
      // The id derives from the event: two dispatchers that meet leave one job.
      return { name, data, opts: { ...RETRIES, jobId: `${name}-${id}` } };
    });
}

/**
 * One round. An event counts as delivered once the queue has it; a crash in between delivers it
 * again.
 * @returns how many events there were.
 */
export async function dispatch(
  source: Source,
  handlers: readonly EventHandler[],
  enqueue: (jobs: readonly QueuedJob[]) => Promise<void>,
): Promise<number> {
  const { rows } = await source.origin.query<Row>(UNDELIVERED);
  if (rows.length === 0) return 0;
  const jobs = rows.flatMap((row) => jobsFor(source, row, handlers));
  if (jobs.length > 0) await enqueue(jobs);
  await source.origin.query(DELIVERED, [rows.map(({ tenantId }) => tenantId), rows.map(({ id }) => id)]);
  return rows.length;
}
