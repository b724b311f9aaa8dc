/** Hands what has happened in a domain to the queue, one job per event and handler. */
import type { Logger } from '@metatron/platform/log';

import { setAside } from '../deadLetters/setAside.ts';
import type { JobContext, QueuedJob } from '../defineJob.ts';
import type { Source } from '../relay/source.ts';
import { inTransaction } from '../transaction.ts';

import { deliverEventName } from './deliverEvent.ts';
import { letterOf } from './eventReference.ts';
import { jobsFor, type Routed, type Routes } from './route.ts';

const EVENTS_AT_ONCE = 200;

const UNDELIVERED = `
SELECT $1 AS source, tenant_id AS "tenantId", id, type, version, payload FROM domain_events
 WHERE delivered_at IS NULL ORDER BY at, id LIMIT ${String(EVENTS_AT_ONCE)}`;

const DELIVERED = `
UPDATE domain_events e SET delivered_at = now()
  FROM unnest($1::text[], $2::uuid[]) AS d (tenant_id, id)
 WHERE e.tenant_id = d.tenant_id AND e.id = d.id`;

async function markDelivered({ origin }: Source, events: readonly Routed[]): Promise<void> {
  if (events.length === 0) return;
  await origin.query(DELIVERED, [events.map(({ tenantId }) => tenantId), events.map(({ id }) => id)]);
}

const CLAIM = `
UPDATE domain_events SET delivered_at = now() WHERE tenant_id = $1 AND id = $2 AND delivered_at IS NULL`;

/** Sets an event aside, once: of two dispatchers that meet, the second waits and finds it gone. */
async function setEventAside({ origin, cdx }: Source, event: Routed, error: unknown, log: Logger): Promise<void> {
  await inTransaction(origin, async (client) => {
    const { rowCount } = await client.query(CLAIM, [event.tenantId, event.id]);
    if (rowCount === 1) await setAside({ cdx, log }, letterOf(deliverEventName, event), { error, attempts: 1 });
  });
}

type Sorted = Routed & ({ readonly jobs: readonly QueuedJob[] } | { readonly error: unknown });

function sort(event: Routed, routes: Routes): Sorted {
  try {
    return { ...event, jobs: jobsFor(event, routes) };
  } catch (error) {
    return { ...event, error };
  }
}

/**
 * One round. An event counts as delivered once the queue has it; a crash in between delivers it
 * again. What no handler could take is set aside after the others are gone, so that it holds up none.
 * @returns how many events there were.
 */
export async function dispatch(
  source: Source,
  routes: Routes,
  { enqueue, log }: Pick<JobContext, 'enqueue' | 'log'>,
): Promise<number> {
  const { rows } = await source.origin.query<Routed>(UNDELIVERED, [source.name]);
  const sorted = rows.map((event) => sort(event, routes));
  const good = sorted.filter((event) => 'jobs' in event);
  await enqueue(good.flatMap(({ jobs }) => jobs));
  await markDelivered(source, good);
  for (const event of sorted) if ('error' in event) await setEventAside(source, event, event.error, log);
  return rows.length;
}
