/** What cdx refuses: kept where a superadmin finds it, and tried again from time to time. */
import type pg from 'pg';

import type { Source } from './source.ts';

export interface SetAside {
  readonly tenantId: string;
  /** `totals`, or a table of cdx and a row's id. */
  readonly what: string;
  readonly reason: string;
  /** Until it is accepted no delta of the tenant counts. */
  readonly isBehind: boolean;
}

const LETTER = `
INSERT INTO dead_letters (tenant_id, id, source, source_ref, job, payload, error)
VALUES ($1, gen_random_uuid(), $2, 'drain:' || $3, 'drain', json_build_object('source', $2::varchar, 'tenantId', $1::varchar), $4)
ON CONFLICT (tenant_id, source, source_ref) DO UPDATE
  SET status = 'open', error = excluded.error, attempts = dead_letters.attempts + 1, resolved_at = NULL, updated_at = clock_timestamp()`;

/** Ten seconds the first time, then longer and longer, an hour at most. */
const nextAttempt = (load: string): string =>
  `now() + least(interval '1 hour', interval '10 s' * 2 ^ least(${load}.attempts, 10))`;

/**
 * A load that is under way for the
 * rows' sake goes on, and comes back by itself when it ends.
 */
const AGAIN = `
WITH told AS (
  UPDATE sync_runs r SET error = $4 FROM sync_loads l WHERE l.source = $1 AND l.tenant_id = $2 AND l.run_id = r.id)
INSERT INTO sync_loads AS load (source, tenant_id, kind, is_behind, not_before, attempts)
VALUES ($1, $2, 'set_aside', $3, now() + interval '10 s', 1)
ON CONFLICT (tenant_id, source) DO UPDATE
   SET kind = 'set_aside', run_id = NULL, is_behind = true, target = NULL, last_id = NULL, attempts = load.attempts + 1,
       not_before = ${nextAttempt('load')}
 WHERE excluded.is_behind`;

/** The totals of a tenant, or one of its rows, that cdx does not take. */
export async function setAside(
  cdx: pg.PoolClient,
  { name: source, log }: Pick<Source, 'name' | 'log'>,
  { tenantId, what, reason, isBehind }: SetAside,
): Promise<void> {
  await cdx.query(LETTER, [tenantId, source, what, reason]);
  await cdx.query(AGAIN, [source, tenantId, isBehind, reason]);
  log.warn({ source, tenantId, what, reason }, 'cdx refuses this; it is set aside and tried again');
}

/** A load whose rows have all been taken: done, or tried again when one of them was set aside meanwhile. */
export const END_OF_LOAD = `
WITH again AS (
  UPDATE sync_loads l
     SET kind = 'set_aside', run_id = NULL, is_behind = false, target = NULL, last_id = NULL, attempts = attempts + 1,
         not_before = ${nextAttempt('l')}
   WHERE l.source = $1 AND l.tenant_id = $2 AND l.target = $3 AND l.last_id IS NOT DISTINCT FROM $4
   AND l.begun_at IS NOT DISTINCT FROM $5::timestamptz
     AND EXISTS (SELECT FROM dead_letters d WHERE d.source = l.source AND d.tenant_id = l.tenant_id AND d.job = 'drain'
                 AND d.status = 'open' AND d.updated_at >= l.begun_at)
  RETURNING true)
DELETE FROM sync_loads l
 WHERE l.source = $1 AND l.tenant_id = $2 AND l.target = $3 AND l.last_id IS NOT DISTINCT FROM $4
   AND l.begun_at IS NOT DISTINCT FROM $5::timestamptz
   AND NOT EXISTS (SELECT FROM again)`;
