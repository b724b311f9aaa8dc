/** Domain events: whatever has befallen the workers, ANALYTICS has each of them once. */
import { eventually, type Databases } from '../kit.ts';

import { Violation } from './exact.ts';

export const TELLER = 'crm';
/** One that nobody handles. */
export const TOLD_TYPE = 'customer.created';

/** A worker that was killed holds its turn for half a minute. */
const PATIENCE_MS = 60_000;

/** @throws Violation when one is lost, told twice, or not told in time. @returns how many there are, and after how many milliseconds all were told. */
export async function untilTold({ sql }: Databases): Promise<readonly [number, number]> {
  const begun = Date.now();
  const isTold = async (): Promise<boolean> =>
    (await sql[TELLER].query('SELECT FROM domain_events WHERE told_at IS NULL LIMIT 1')).rowCount === 0;
  await eventually(isTold, PATIENCE_MS, 'ANALYTICS has been told').catch((error: unknown) => {
    throw new Violation((error as Error).message, false);
  });
  const happened = await sql[TELLER].query<{ id: string }>('SELECT id FROM domain_events WHERE type = $1', [TOLD_TYPE]);
  const told = await sql.analytics.query<{ id: string; times: number }>(
    'SELECT id, count(*)::integer AS times FROM events WHERE event_name = $1 GROUP BY id',
    [TOLD_TYPE],
  );
  const times = new Map(told.rows.map((row) => [row.id, row.times]));
  const lost = happened.rows.filter(({ id }) => !times.has(id)).length;
  const twice = told.rows.filter((row) => row.times > 1).length;
  if (lost + twice > 0) throw new Violation(`domain events: ${String(lost)} lost, ${String(twice)} told twice`, true);
  return [happened.rows.length, Date.now() - begun];
}
