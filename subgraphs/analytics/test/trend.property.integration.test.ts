/** Days, weeks and months hold what the clocks of their zone say, whatever those do; checked by JavaScript's own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { closeSql } from '../../../platform/test/kit.ts';

import { askQuestion, insertEvents, newTenant } from './ingest.ts';

let analytics: InProcess;

beforeAll(async () => {
  analytics = await startInProcess('analytics');
});
afterAll(closeSql);

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Changes of clocks: in the small hours, at midnight (which is then missing, or comes twice), by half an hour, by a day. */
const changes = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2025-10-26T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2025-11-02T06:00:00Z'],
  ['America/Havana', '2025-03-09T05:00:00Z'],
  ['America/Havana', '2025-11-02T05:00:00Z'],
  ['Africa/Cairo', '2025-04-24T22:00:00Z'],
  ['Africa/Cairo', '2025-10-30T21:00:00Z'],
  ['Atlantic/Azores', '2025-03-30T01:00:00Z'],
  ['Atlantic/Azores', '2025-10-26T01:00:00Z'],
  ['Australia/Lord_Howe', '2025-10-04T15:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['UTC', '2026-02-28T00:00:00Z'],
] as const;

interface Trend {
  readonly series: readonly [
    { readonly total: number; readonly points: readonly { readonly at: string; readonly value: number }[] },
  ];
}

const formats = new Map(
  changes.map(([timeZone]) => [
    timeZone,
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  ]),
);

/** The calendar day of an instant in a zone, as `2026-03-29`. */
const dateIn = (timeZone: (typeof changes)[number][0], at: Date): string => formats.get(timeZone)?.format(at) ?? '';

/** The day that names a date's period: its week's Monday, or the first of its month. */
function periodOf(date: string, interval: 'DAY' | 'WEEK' | 'MONTH'): string {
  if (interval === 'DAY') return date;
  if (interval === 'MONTH') return `${date.slice(0, 7)}-01`;
  const day = new Date(`${date}T00:00:00Z`);
  return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY).toISOString().slice(0, 10);
}

const minutes = fc.integer({ min: -5 * 24 * 60, max: 5 * 24 * 60 });
const asked = fc.record({
  change: fc.constantFrom(...changes),
  offsets: fc.array(minutes, { maxLength: 40 }),
  bounds: fc.tuple(minutes, minutes).filter(([a, b]) => a !== b),
  interval: fc.constantFrom('DAY', 'WEEK', 'MONTH'),
});

describe('a trend', () => {
  test('by calendar counts what the raw events come to, without a gap or an overlap', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ change: [timeZone, instant], offsets, bounds, interval }) => {
        const tenant = newTenant();
        const at = (offset: number): Date => new Date(Date.parse(instant) + offset * 60_000);
        await insertEvents(
          tenant,
          offsets.map((offset) => ({ at: at(offset) })),
        );
        const [from, to] = [at(Math.min(...bounds)), at(Math.max(...bounds))];
        const input = { timeZone, interval, from, to };
        const { series } = await askQuestion<Trend>(analytics, tenant, 'trend', input);
        const [{ total, points }] = series;
        const name = (moment: Date): string => periodOf(dateIn(timeZone, moment), interval);

        const inside = offsets.map(at).filter((moment) => moment >= from && moment < to);
        const expected = new Map<string, number>();
        for (let moment = from; moment < to; moment = new Date(moment.getTime() + 15 * 60_000))
          expected.set(name(moment), 0);
        expected.set(name(new Date(to.getTime() - 1)), 0);
        for (const moment of inside) expected.set(name(moment), (expected.get(name(moment)) ?? 0) + 1);
        // Of a month the API says its first instant; Apia's week lacks its Friday, and no Monday.
        expect(points.map((point) => [name(new Date(point.at)), point.value])).toEqual([...expected]);
        expect(total).toBe(inside.length);
        for (const point of points) expect(name(new Date(Date.parse(point.at) - 1))).not.toBe(name(new Date(point.at)));
      }),
      { numRuns: 40 },
    );
  });

  test('by hour has points of sixty minutes over a change of the clocks', async () => {
    for (const [timeZone, instant] of changes) {
      const tenant = newTenant();
      const start = Date.parse(instant) - 12 * HOUR;
      const times = Array.from({ length: 96 }, (_, index) => new Date(start + index * 15 * 60_000));
      await insertEvents(
        tenant,
        times.map((at) => ({ at })),
      );
      const input = { timeZone, interval: 'HOUR', from: new Date(start), to: new Date(start + DAY) };
      const { series } = await askQuestion<Trend>(analytics, tenant, 'trend', input);
      const starts = series[0].points.map(({ at }) => Date.parse(at));
      expect(series[0].total).toBe(96);
      expect(series[0].points.reduce((sum, { value }) => sum + value, 0)).toBe(96);
      expect(new Set(starts.slice(1).map((at, index) => at - (starts[index] ?? 0)))).toEqual(new Set([HOUR]));
    }
  });
});
