/** Apollo's executor as the oracle of our own: a share of `npm run test:fuzz`, from the same seeds each time. */
import { describe, expect, test } from '@jest/globals';

import { readSupergraph } from '../../src/supergraph.ts';

import { Bed } from './bed.ts';
import { fuzz } from './fuzz.ts';
import { composeLibrary } from './library.ts';

const OPERATIONS = 800;

describe('our executor answers as the one of Apollo does', () => {
  test('over the supergraph of the platform', async () => {
    const { found, operations, withErrors } = await fuzz(new Bed(readSupergraph().sdl), 1, OPERATIONS);
    expect(found).toEqual([]);
    expect(operations).toBe(OPERATIONS);
    expect(withErrors).toBeGreaterThan(OPERATIONS / 10);
  }, 300_000);

  test('over a supergraph with every directive of federation', async () => {
    const { found, operations, withErrors } = await fuzz(new Bed(composeLibrary()), 1, OPERATIONS);
    expect(found).toEqual([]);
    expect(operations).toBe(OPERATIONS);
    expect(withErrors).toBeGreaterThan(OPERATIONS / 10);
  }, 300_000);
});
