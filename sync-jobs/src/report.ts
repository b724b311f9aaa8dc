import type { Connections } from '@metatron/platform/database/connections';
import type { Logger } from '@metatron/platform/log';
import { release } from '@metatron/platform/release';
import { reportServices } from '@metatron/prisma/cdx/serviceRegistry';

const EVERY_MS = 15_000;

export interface ReportOptions {
  readonly connections: Connections;
  readonly isReady: () => boolean;
  readonly log: Logger;
}

/** Tells cdx now and from time to time that the workers run. @returns what ends it. */
export function startReports({ connections, isReady, log }: ReportOptions): () => void {
  const cdx = connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
  const attempt = (): void => {
    const status = isReady() ? 'up' : 'degraded';
    reportServices(cdx, [{ name: 'sync-jobs', kind: 'worker', status, address: null, release }]).catch(
      (error: unknown) => {
        log.debug({ reason: (error as Error).name }, 'cdx cannot be told that the workers run');
      },
    );
  };
  attempt();
  const timer = setInterval(attempt, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
