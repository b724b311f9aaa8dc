import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { people } from '@metatron/platform/access/matrix';

import type { Layers } from './probes.ts';

// The gateway's reading of the matrix, lost: everybody may use everything.
jest.unstable_mockModule('../../src/verdicts.ts', () => ({
  verdictOn: () => ({ allowed: new Set(Object.keys(people)), exception: undefined }),
}));

let layers: Layers;

beforeAll(async () => {
  const probes = await import('./probes.ts');
  layers = await probes.Layers.start('gateway');
}, 60_000);

afterAll(() => layers.end());

test('without the gateway’s checks the other two layers refuse', async () => {
  await expect(layers.gatewayRefuses()).resolves.toBe(false);
  await expect(layers.subgraphRefuses()).resolves.toBe(true);
  await expect(layers.databaseRefuses()).resolves.toBe(true);
  await expect(layers.wholeRefuses()).resolves.toBe(true);
});
