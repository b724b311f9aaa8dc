/** Events into metrics: hours from the events, days from hours, weeks and months from days. */
import type pg from 'pg';

import { countHours, countVisitors, findTouched, setMark, sumPeriods, type Granularity } from './statements.ts';

/** Few enough for a statement to end well within its time. */
const CHUNK = 500;

interface Period {
  readonly tenantId: string;
  readonly start: Date;
}

/** The beginning of the period that an instant is in, in UTC; weeks begin on Mondays. */
function startOf(at: Date, granularity: Granularity): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (granularity) {
    case 'hour':
      return at;
    case 'day':
      return new Date(Date.UTC(year, month, day));
    case 'week':
      return new Date(Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7)));
    case 'month':
      return new Date(Date.UTC(year, month));
  }
}

/** The periods around some hours, each once. */
function periodsAround(hours: readonly Period[], granularity: Granularity): Period[] {
  const found = new Map<string, Period>();
  for (const { tenantId, start: hour } of hours) {
    const start = startOf(hour, granularity);
    found.set(`${tenantId} ${start.toISOString()}`, { tenantId, start });
  }
  return [...found.values()];
}

async function inChunks(db: pg.Pool, text: string, periods: readonly Period[]): Promise<void> {
  for (let from = 0; from < periods.length; from += CHUNK) {
    const chunk = periods.slice(from, from + CHUNK);
    await db.query(text, [chunk.map(({ tenantId }) => tenantId), chunk.map(({ start }) => start.toISOString())]);
  }
}

/**
 * Recomputes the periods of all tenants in which something happened that came in since the last
 * time. Many short statements, since a long transaction would hold the relay back; the mark comes
 * last, so that what an accident cuts short is done again.
 * @param db under ANALYTICS' service, across tenants.
 * @returns how many hours were touched.
 */
export async function rollUp(db: pg.Pool): Promise<number> {
  const {
    rows: [found],
  } = await db.query<{ next: string; tenants: string[] | null; hours: string[] | null }>(findTouched);
  const tenants = found?.tenants ?? [];
  const hours = (found?.hours ?? []).map((hour, index): Period => ({
    tenantId: tenants[index] ?? '',
    start: new Date(hour),
  }));
  const days = periodsAround(hours, 'day');
  await inChunks(db, countHours, hours);
  await inChunks(db, sumPeriods('day', 'hour'), days);
  await inChunks(db, countVisitors, days);
  await inChunks(db, sumPeriods('week', 'day'), periodsAround(days, 'week'));
  await inChunks(db, sumPeriods('month', 'day'), periodsAround(days, 'month'));
  await db.query(setMark, [found?.next]);
  return hours.length;
}
