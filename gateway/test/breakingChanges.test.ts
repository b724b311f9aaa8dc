import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { breakingChanges } from '../src/breakingChanges.ts';
import { supergraphFile } from '../src/supergraph.ts';

const supergraph = readFileSync(supergraphFile, 'utf8');

const renamed = (sdl: string): string => sdl.replace('contactEmail: String', 'contactMail: String');

describe('a change of the supergraph', () => {
  test('that takes a field away is told by its coordinate', async () => {
    const without = renamed(supergraph);
    expect(without).not.toBe(supergraph);
    const told = await breakingChanges(supergraph, without);
    expect(told.map(({ coordinate }) => coordinate)).toEqual([expect.stringMatching(/\.contactEmail$/)]);
  });

  test('that changes nothing breaks nothing', async () => {
    expect(await breakingChanges(supergraph, supergraph)).toEqual([]);
  });
});
