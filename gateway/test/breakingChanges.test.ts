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
    expect(await breakingChanges(supergraph, without)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ coordinate: expect.stringMatching(/contactEmail$/) as string }),
      ]),
    );
  });

  test('that only adds, or changes nothing, breaks nothing', async () => {
    const described = supergraph.replace('type Client\n', '"""More words."""\ntype Client\n');
    expect(await breakingChanges(supergraph, described)).toEqual([]);
    expect(await breakingChanges(supergraph, supergraph)).toEqual([]);
  });
});
