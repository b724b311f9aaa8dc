import type pg from 'pg';

import { isOfData } from './reason.ts';

/** Tries something in an open transaction; what the database refuses for its data is undone, and the other way taken. */
export async function orElse<T>(
  cdx: pg.PoolClient,
  attempt: () => Promise<T>,
  otherwise: (refusal: unknown) => Promise<T>,
): Promise<T> {
  await cdx.query('SAVEPOINT attempt');
  try {
    const done = await attempt();
    await cdx.query('RELEASE SAVEPOINT attempt');
    return done;
  } catch (error) {
    if (!isOfData(error)) throw error;
    await cdx.query('ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt');
    return otherwise(error);
  }
}
