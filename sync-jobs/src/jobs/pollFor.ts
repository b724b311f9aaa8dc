import { setTimeout as sleep } from 'node:timers/promises';

import type { JobContext } from '../defineJob.ts';

interface Pace {
  /** How long the job lasts; its scheduler's next one overlaps. */
  readonly leaseMs: number;
  /** How long to wait when there was nothing to do. */
  readonly idleMs: number;
}

/** Repeats a round, which says how much it did, until the lease is over or the process stops. */
export async function pollFor(
  { leaseMs, idleMs }: Pace,
  { stopping }: Pick<JobContext, 'stopping'>,
  round: () => Promise<number>,
): Promise<void> {
  const until = Date.now() + leaseMs;
  while (!stopping.aborted && Date.now() < until) {
    if ((await round()) === 0) await sleep(idleMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}
