import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import { mayUse } from '@metatron/platform/access/decide';
import { parse } from 'graphql';

import { readOwners, readSupergraph } from '../src/supergraph.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-supergraph-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the supergraph', () => {
  test('names the one owner of each root field', () => {
    const roots = [...readSupergraph().owners].filter(([coordinate]) => /^(Query|Mutation)\./.test(coordinate));
    expect(roots.length).toBeGreaterThan(60);
    expect(roots.filter(([, owner]) => owner === undefined)).toEqual([]);
  });

  test('leaves nothing of cdx to anybody but superadmins', () => {
    const cdx = [...readSupergraph().owners].filter(([, owner]) => owner === 'cdx');
    const open = cdx.filter(([coordinate]) => {
      const [type = '', field = ''] = coordinate.split('.');
      return (['admin', 'client', 'key', 'anonymous'] as const).some((person) => mayUse(person, 'cdx', type, field));
    });
    expect(cdx.length).toBeGreaterThan(50);
    expect(open).toEqual([]);
  });

  test('that is broken stops the start with the way to mend it', () => {
    const file = join(folder, 'broken.graphql');
    writeFileSync(file, 'type Query {');
    expect(() => readSupergraph(file)).toThrow('composeSupergraph');
    expect(() => readSupergraph(join(folder, 'absent.graphql'))).toThrow('cannot be used');
  });

  test('with a subgraph that is no domain stops the start', () => {
    const sdl = 'type Query { field: Int @join__field(graph: NOWHERE) }';
    expect(() => readOwners(parse(sdl))).toThrow('which is no domain');
  });
});
