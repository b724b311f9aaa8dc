/** Incidents to triage: repeats count up one row until it is closed. */
import { v7 as uuidv7 } from 'uuid';

import type { Queryable } from './directory.ts';

export interface Incident {
  /** `platform` for none in particular. */
  readonly tenantId: string;
  readonly kind: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** Whose repeats are one incident. */
  readonly caller: string;
  readonly actorId: string | null;
  readonly ipAddress: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** What is known of it; of `coordinates` a few of all repeats are kept. */
  readonly details: Readonly<Record<string, unknown>>;
}

const COORDINATES = 10;

// In one order, so that two reports at once do not wait for each other.
const WRITE = `
INSERT INTO security_events AS s
       (tenant_id, id, kind, severity, dedupe_key, actor_id, ip_address, count, first_at, last_at, details)
SELECT tenant_id, id, kind, severity, dedupe_key, actor_id, ip_address, count, first_at, last_at, details
  FROM jsonb_to_recordset($1::jsonb) AS i (
       tenant_id text, id uuid, kind text, severity text, dedupe_key text, actor_id uuid, ip_address inet,
       count integer, first_at timestamptz, last_at timestamptz, details jsonb)
 ORDER BY tenant_id, kind, dedupe_key
ON CONFLICT (tenant_id, kind, dedupe_key) WHERE status IN ('open', 'acknowledged') DO UPDATE
  SET count = least(s.count::bigint + excluded.count, 2147483647), ip_address = excluded.ip_address,
      first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at), updated_at = now(),
      details = s.details || excluded.details || CASE WHEN excluded.details ? 'coordinates' THEN
        jsonb_build_object('coordinates', (
          SELECT jsonb_agg(k.name) FROM (
            SELECT DISTINCT name
              FROM jsonb_array_elements(coalesce(s.details -> 'coordinates', '[]') || (excluded.details -> 'coordinates')) AS name
             ORDER BY name LIMIT ${String(COORDINATES)}) AS k)) ELSE '{}' END`;

/** Enters incidents, each of another tenant, kind or caller. */
export async function reportIncidents(cdx: Queryable, incidents: readonly Incident[]): Promise<void> {
  const rows = incidents.map(({ tenantId, caller, actorId, ipAddress, firstAt, lastAt, ...same }) => ({
    ...same,
    tenant_id: tenantId,
    id: uuidv7(),
    dedupe_key: caller,
    actor_id: actorId,
    ip_address: ipAddress,
    first_at: firstAt,
    last_at: lastAt,
  }));
  await cdx.query(WRITE, [JSON.stringify(rows)]);
}
