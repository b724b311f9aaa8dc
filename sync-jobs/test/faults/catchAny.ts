import type { Instant } from './trap.ts';
import type { Part, Worker } from './worker.ts';
import type { World } from './world.ts';

/** A relay looks at its source all the time, and writes down each second how far it is. */
const PATIENCE_MS = 4_000;

/**
 * Waits until either worker is at an instant; its connection is silent from then on.
 * @returns whose it was.
 * @throws Error when neither came to it.
 */
export async function catchAny(world: World, part: Part, instant: Instant): Promise<Worker> {
  const caught = world.workers.map(async (worker) => {
    if ((await worker.proxies[part].stopAt(instant, PATIENCE_MS)) === undefined) throw new Error('not here');
    return worker;
  });
  const worker = await Promise.any(caught).catch(() => undefined);
  for (const { proxies } of world.workers) proxies[part].heal();
  if (worker === undefined) throw new Error(`no worker sent ${instant.request}`);
  return worker;
}
