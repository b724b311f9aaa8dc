import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { cutAt, follows, parseSnapshot, type Snapshot } from './snapshot.ts';

/** Whether a snapshot sees that a transaction has ended. */
const sees = ({ xmax, inProgress }: Snapshot, id: bigint): boolean =>
  id < BigInt(xmax) && !inProgress.includes(String(id));

const snapshots = fc
  .record({ from: fc.bigInt({ min: 1n, max: 2n ** 40n }), running: fc.uniqueArray(fc.integer({ min: 0, max: 40 })) })
  .map(({ from, running }) => {
    const ids = running.toSorted((a, b) => a - b).map((n) => String(from + BigInt(n)));
    return parseSnapshot(`${ids[0] ?? String(from + 41n)}:${String(from + 41n)}:${ids.join(',')}`);
  });

test('a snapshot that is cut says of each transaction below the bound what it said, and of no other', () => {
  fc.assert(
    fc.property(snapshots, fc.integer({ min: 0, max: 50 }), (snapshot, offset) => {
      const bound = BigInt(snapshot.xmax) - 41n + BigInt(offset);
      const cut = cutAt(snapshot, String(bound));
      for (let id = BigInt(snapshot.xmax) - 42n; id < BigInt(snapshot.xmax) + 12n; id += 1n)
        expect(sees(cut, id)).toBe(id < bound && sees(snapshot, id));
      expect(parseSnapshot(cut.text)).toEqual(cut);
      expect(follows(snapshot, cut)).toBe(true);
    }),
  );
});

test('what is no snapshot is refused', () => {
  expect(() => parseSnapshot('17')).toThrow('17 is not a snapshot');
});
