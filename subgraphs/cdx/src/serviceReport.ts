import { reportServices, type ServiceReport } from '@metatron/prisma/cdx/serviceRegistry';

import type { Context } from './context.ts';

interface Reported extends Pick<ServiceReport, 'name'> {
  readonly kind: string;
  readonly status: string;
  readonly address?: string | null | undefined;
  readonly release?: string | null | undefined;
}

/** Enters what the gateway has seen of itself and of what it reaches; no mutation of anybody's. */
export async function reportAll(ctx: Context, services: readonly Reported[]): Promise<boolean> {
  const reports = services.map(({ address, release, ...service }) => ({
    ...service,
    address: address ?? null,
    release: release ?? null,
  }));
  const own = ctx.services.connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
  await reportServices(own, reports as readonly ServiceReport[]);
  return true;
}
