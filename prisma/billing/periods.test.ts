import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { periodFrom } from './periods.ts';

const dayOf = (at: Date): number => at.getUTCDate();
const lastDayOf = (at: Date): number => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
const timeOf = (at: Date): string => at.toISOString().slice(11);

const anchors = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true });
// Half of all cases on the days that some months lack.
const anchor = fc.oneof(
  anchors,
  fc.tuple(anchors, fc.constantFrom(29, 30, 31)).map(([at, date]) => {
    const moved = new Date(at);
    moved.setUTCMonth(0, date);
    return moved;
  }),
);
const term = fc.record({ interval: fc.constantFrom('month', 'year'), intervalCount: fc.integer({ min: 1, max: 36 }) });

test('periods follow each other without gap or overlap, on the anchor’s day or the month’s last', () => {
  fc.assert(
    fc.property(anchor, term, (from, length) => {
      const months = length.intervalCount * (length.interval === 'year' ? 12 : 1);
      let start = from;
      for (let count = 1; count <= 60; count += 1) {
        const period = periodFrom(start, from, length);
        expect(period.start).toEqual(start);
        const { end } = period;
        const passed = (end.getUTCFullYear() - from.getUTCFullYear()) * 12 + end.getUTCMonth() - from.getUTCMonth();
        expect(passed).toBe(count * months);
        expect(dayOf(end)).toBe(Math.min(dayOf(from), lastDayOf(end)));
        expect(timeOf(end)).toBe(timeOf(from));
        start = end;
      }
    }),
    { numRuns: 50 },
  );
});

test('a period that begins between two instants of the anchor ends at the next', () => {
  fc.assert(
    fc.property(anchor, term, anchors, (from, length, start) => {
      const { end } = periodFrom(start, from, length);
      expect(end.getTime()).toBeGreaterThan(start.getTime());
      const after = periodFrom(end, from, length);
      expect(after.start).toEqual(end);
      expect(dayOf(after.end)).toBe(Math.min(dayOf(from), lastDayOf(after.end)));
    }),
  );
});

test('31 January is followed by 28 February and 31 March', () => {
  const from = new Date('2026-01-31T00:00:00Z');
  const february = periodFrom(from, from, { interval: 'month', intervalCount: 1 });
  const march = periodFrom(february.end, from, { interval: 'month', intervalCount: 1 });
  expect([february.end, march.end]).toEqual([new Date('2026-02-28T00:00:00Z'), new Date('2026-03-31T00:00:00Z')]);
});
