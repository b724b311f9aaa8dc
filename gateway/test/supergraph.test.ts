import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import { mayUse } from '@metatron/platform/access/decide';
import { parse } from 'graphql';

import { assertMatrix } from '../src/assertMatrix.ts';
import { assertRequires } from '../src/assertRequires.ts';
import { readOwners, readSupergraph } from '../src/supergraph.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-supergraph-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the supergraph', () => {
  test('names the one owner of each root field', () => {
    const roots = [...readSupergraph().owners].filter(([coordinate]) => /^(Query|Mutation)\./.test(coordinate));
    expect(roots.length).toBeGreaterThan(60);
    expect(roots.filter(([, owner]) => owner === 'shared')).toEqual([]);
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

  test('with a field that two subgraphs resolve, and that is no key, stops the start', () => {
    const sdl =
      'type Thing @join__type(graph: CRM, key: "id") @join__type(graph: CMS, key: "id") { id: ID! name: Int }';
    expect(() => readOwners(parse(sdl))).toThrow('Thing.name has no owner');
  });

  test('with a field that no subgraph resolves stops the start', () => {
    expect(() => readOwners(parse('type Query { field: Int }'))).toThrow('Query.field has no owner');
  });
});

describe('a matrix that speaks of fields', () => {
  const owners = new Map([['Query.leads', 'crm'] as const, ['Lead.id', 'shared'] as const]);

  test('that are there passes', () => {
    const rules = { exceptions: { 'Lead.*': { allow: ['client'] } }, publishedFields: { crm: { Lead: ['id'] } } };
    expect(() => assertMatrix(owners, rules)).not.toThrow();
  });

  test('that are not there, of another domain, or for nobody, stops the start with every fault', () => {
    const exceptions = { 'Query.leds': { allow: ['client'] }, 'Led.*': { allow: [] }, 'Lead.id': { allow: ['boss'] } };
    const attempt = () => assertMatrix(owners, { exceptions, publishedFields: { cms: { Query: ['leads'] } } });
    expect(attempt).toThrow(/4 fault/);
    for (const fault of [
      'Query.leds is no field',
      'Led.* is no field',
      'allows boss',
      'Query.leads is no field of cms',
    ])
      expect(attempt).toThrow(fault);
  });
});

describe('threat 6: a protected field read through `@requires`', () => {
  const sdl = (requires: string) => `
    type Tenant @join__type(graph: CDX, key: "id") @join__type(graph: CRM, key: "id") {
      id: ID!
      crmSummary: CrmSummary @join__field(graph: CDX) @join__field(graph: CRM, external: true)
      name: String @join__field(graph: AUTH) @join__field(graph: CRM, external: true)
      score: Int @join__field(graph: CRM, requires: "${requires}")
    }
    type CrmSummary @join__type(graph: CDX) { openLeads: Int }`;
  const attempt = (requires: string) => () => {
    const document = parse(sdl(requires));
    assertRequires(document, readOwners(document));
  };

  test('stops the start, with the field and whom it would be told to', () => {
    expect(attempt('crmSummary { openLeads }')).toThrow('Tenant.score would tell client of Tenant.crmSummary');
    expect(attempt('name crmSummary { openLeads }')).toThrow('would tell admin of CrmSummary.openLeads');
  });

  test('passes where its readers may read what it is worked out from', () => {
    expect(attempt('name')).not.toThrow();
  });
});
