/** Incidents to triage: repeats count up one row of CDX until it is closed. */
import { v7 as uuidv7 } from 'uuid';

import type { Connections } from '../database/connections.ts';
import type { Domain } from '../domains.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** What happened once or many times; `details` is what is known of it. */
export interface Incident<Details extends object = object> {
  /** `platform` for none in particular. */
  readonly tenantId: string;
  readonly kind: string;
  readonly severity: Severity;
  /** Whose repeats are one incident. */
  readonly caller: string;
  readonly actorId: string | null;
  readonly ipAddress: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly details: Readonly<Details>;
}

/**
 * Enters incidents, each of another tenant, kind or caller. No service may read or write the table: what
 * its sync login may do is call a function that counts up.
 */
export async function reportIncidents(
  connections: Connections,
  service: Domain,
  incidents: readonly Incident[],
): Promise<void> {
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
  const cdx = connections.as('cdx', { service, privilege: 'sync' }, null);
  await cdx.query('SELECT security_events_report($1::jsonb)', [JSON.stringify(rows)]);
}
