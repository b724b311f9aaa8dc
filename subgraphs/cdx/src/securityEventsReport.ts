import { reportIncidents, type Incident, type Severity } from '@metatron/platform/incidents/incident';

import type { Context } from './context.ts';

interface Reported extends Omit<Incident, 'severity' | 'actorId' | 'ipAddress' | 'details'> {
  readonly severity: string;
  readonly actorId?: string | null | undefined;
  readonly ipAddress?: string | null | undefined;
  readonly coordinates: readonly string[];
  readonly requestId: string;
}

/** Enters what the gateway has refused; like a report of what runs, no mutation of anybody's. */
export async function enterIncidents(ctx: Context, reported: readonly Reported[]): Promise<boolean> {
  const incidents = reported.map(({ severity, actorId, ipAddress, coordinates, requestId, ...same }) => ({
    ...same,
    severity: severity as Severity,
    actorId: actorId ?? null,
    ipAddress: ipAddress ?? null,
    details: { coordinates, requestId },
  }));
  await reportIncidents(ctx.services.connections, 'cdx', incidents);
  return true;
}
