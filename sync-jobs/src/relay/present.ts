/** A transaction of cdx that holds a checkpoint: while its worker waits for the source, it says that it is there. */
import { setTimeout as sleep } from 'node:timers/promises';

import type pg from 'pg';

const SAY_MS = 1_000;

/** Whose connection has gone without a word holds nothing for longer than this; how long its statements take is free. */
export const HOLD = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '3s'";

/** Waits for something else than cdx in the midst of a transaction there. */
export async function whilePresent<T>(cdx: pg.PoolClient, work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => true,
    () => true,
  );
  for (;;) {
    const clock = new AbortController();
    const pause = sleep(SAY_MS, false, { signal: clock.signal }).catch(() => false);
    const isEnded = await Promise.race([ended, pause]);
    clock.abort();
    if (isEnded) return work;
    await cdx.query('SELECT');
  }
}
