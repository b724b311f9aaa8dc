import { setTimeout as sleep } from 'node:timers/promises';

const PACE_MS = 2;

/** Asks until the answer is yes. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(PACE_MS);
}
