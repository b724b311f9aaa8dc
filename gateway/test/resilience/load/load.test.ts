/** Load with faults: a share of `npm run test:load`, from the same seed each time. */
import { expect, test } from '@jest/globals';

import { START_MS } from '../../launch.ts';

import { load, shareLeftOut } from './load.ts';
import { isBetween } from './oracle.ts';

test(
  'while one service after the other fails, every answer is right, in time, and lacks that service’s fields at most',
  async () => {
    // crm breaks off what it has been asked, then analytics says nothing.
    const loaded = await load({ seed: 8, rate: 100, seconds: 15 });
    const { found, requests, complete, degraded, strained, refused, episodes } = loaded;
    expect(found).toEqual([]);
    expect(requests).toBe(1_500);
    expect(complete + degraded + strained + refused).toBe(requests);
    // Other tests use the machine too.
    expect(shareLeftOut(loaded)).toBeLessThan(0.05);
    expect(episodes.length).toBeGreaterThan(1);
    expect(degraded).toBeGreaterThan(0);
  },
  START_MS,
);

test.each([
  ['another service’s field is lost', { a: 1, b: null }, false],
  ['a value is another one', { a: 1, b: { c: 3, d: [1] } }, false],
  ['a list is shorter', { a: 1, b: { c: 2, d: [] } }, false],
  ['a field is missing', { b: { c: 2, d: [1] } }, false],
  ['there is one too many', { a: 1, b: { c: 2, d: [1] }, e: 1 }, false],
  ['the silent service’s field is null', { a: null, b: { c: 2, d: [1] } }, true],
  ['nothing is lost', { a: 1, b: { c: 2, d: [1] } }, true],
])('the load would see it when %s', (_what, got, isRight) => {
  expect(isBetween(got, { a: 1, b: { c: 2, d: [1] } }, { a: null, b: { c: 2, d: [1] } })).toBe(isRight);
});
