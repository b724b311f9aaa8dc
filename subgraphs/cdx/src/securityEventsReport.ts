import { reportIncidents, type Incident } from '@metatron/prisma/cdx/securityEvents';

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
  const incidents = reported.map(({ actorId, ipAddress, coordinates, requestId, ...same }) => ({
    ...same,
    actorId: actorId ?? null,
    ipAddress: ipAddress ?? null,
    details: { coordinates, requestId },
  }));
  const own = ctx.services.connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
  await reportIncidents(own, incidents as readonly Incident[]);
  return true;
}
