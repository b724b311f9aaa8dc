import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Layers } from './probes.ts';

let layers: Layers;

beforeAll(async () => {
  layers = await Layers.start('database');
}, 60_000);

afterAll(() => layers.end());

test('each of the three layers refuses by itself', async () => {
  await expect(layers.gatewayRefuses()).resolves.toBe(true);
  await expect(layers.subgraphRefuses()).resolves.toBe(true);
  await expect(layers.databaseRefuses()).resolves.toBe(true);
  await expect(layers.wholeRefuses()).resolves.toBe(true);
});

test('without PostgreSQL’s layer the other two refuse', async () => {
  await expect(layers.databaseRefuses('open')).resolves.toBe(false);
  await expect(layers.wholeRefuses('open')).resolves.toBe(true);
});
