/** When a subscription's periods begin and end: counted from its anchor, in UTC. */

/** From its start up to, and without, its end. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/** How long a period is. */
export interface Term {
  readonly interval: string;
  readonly intervalCount: number;
}

/** Months after the anchor, on its day of the month or the month's last: 31 Jan, 28 Feb, 31 Mar. */
export function monthsFrom(anchor: Date, months: number): Date {
  const at = new Date(anchor);
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(anchor.getUTCDate(), lastDay));
  return at;
}

const monthOf = (at: Date): number => at.getUTCFullYear() * 12 + at.getUTCMonth();

/**
 * The period that begins at an instant and ends where the anchor says. No period is a whole one
 * when it begins between two of the anchor's instants, but none leaves a gap or overlaps.
 */
export function periodFrom(start: Date, anchor: Date, { interval, intervalCount }: Term): Period {
  const months = intervalCount * (interval === 'year' ? 12 : 1);
  let count = Math.max(0, Math.floor((monthOf(start) - monthOf(anchor)) / months));
  while (monthsFrom(anchor, count * months) <= start) count += 1;
  return { start, end: monthsFrom(anchor, count * months) };
}
