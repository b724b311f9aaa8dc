import type { Domain } from '@metatron/platform/domains';
import type { Logger } from '@metatron/platform/log';

import type { Leases } from './relay/lease.ts';

const EVERY_MS = 1_000;

/** By cdx's clock alone; whoever drains a source writes down how far it is each second. */
const IDLE = `
SELECT source FROM sync_checkpoints WHERE drained_at IS NULL OR drained_at < now() - interval '2 seconds'`;

export interface WatchOptions {
  readonly leases: Readonly<Record<Domain, Leases>>;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/**
 * Drains what nobody else drains. A lease may outlive the job that it came with (its lock was lost,
 * the queue was away), and then no stalled job tells of its holder's end: cdx does. Should its holder
 * only have been slow, one of the two is relieved at the next batch. @returns what ends it.
 */
export function watchLeases({ leases, log, stopping }: WatchOptions): () => void {
  let looking = false;
  const look = async (): Promise<void> => {
    const { rows } = await leases.cdx.source.cdx.query<{ source: Domain }>(IDLE);
    for (const { source } of rows) {
      if (stopping.aborted || leases[source].held) continue;
      log.info({ source }, 'nobody drains the source; it is drained here');
      void leases[source].hold(0, stopping);
    }
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      // Without cdx there is nothing to drain into.
      .catch(() => undefined)
      .finally(() => (looking = false));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
