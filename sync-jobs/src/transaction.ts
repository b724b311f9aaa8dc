import type { RawTransaction } from '@metatron/platform/verb/verb';
import type pg from 'pg';

/** Runs work in one transaction of a pool; `settings` is SQL that comes before it. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  settings?: string,
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    if (settings !== undefined) await client.query(settings);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error as Error;
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    // A client that failed may be broken: the pool opens another.
    client.release(failure);
  }
}

/** A transaction that is open on a client, as the verbs' own functions take it. */
export const rawTransaction = (client: pg.PoolClient): RawTransaction => ({
  $queryRawUnsafe: async <T>(sql: string, ...values: unknown[]) => (await client.query(sql, values)).rows as T,
  $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
});
