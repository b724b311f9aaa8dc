import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as decide from '@metatron/platform/access/decide';
import { Reader } from '@metatron/platform/read/reader';

import type { Layers } from './probes.ts';

// What graphql-shield and the verbs ask, lost: everybody may use everything.
jest.unstable_mockModule('@metatron/platform/access/decide', () => ({ ...decide, mayUse: () => true }));
// The tenant in every statement, lost: all rows are read.
jest.unstable_mockModule('@metatron/platform/read/reader', () => ({
  Reader: class extends Reader {
    constructor(...[db, , lists]: ConstructorParameters<typeof Reader>) {
      super(db, { tenantId: undefined, personId: undefined, personal: {}, publishedOnly: false }, lists);
    }
  },
}));

let layers: Layers;

beforeAll(async () => {
  const probes = await import('./probes.ts');
  layers = await probes.Layers.start('subgraphs');
}, 60_000);

afterAll(() => layers.end());

test('without the subgraphs’ checks the other two layers refuse', async () => {
  await expect(layers.gatewayRefuses()).resolves.toBe(true);
  await expect(layers.subgraphRefuses()).resolves.toBe(false);
  await expect(layers.databaseRefuses()).resolves.toBe(true);
  await expect(layers.wholeRefuses()).resolves.toBe(true);
});
