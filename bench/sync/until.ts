import { setTimeout as sleep } from 'node:timers/promises';

const PACE_MS = 2;
const PATIENCE_MS = 600_000;

/** Asks until the answer is yes. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error('what the bench waits for does not come');
    await sleep(PACE_MS);
  }
}
