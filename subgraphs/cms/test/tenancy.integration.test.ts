/** What every mutation of cms refuses alike: others' ids, text that cannot be stored, and a tenant named wrongly. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, tokenOf } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { change, countOf, done, idIn, newType, operation, refusal } from './cms.ts';

afterAll(closeSql);

const schema = { fields: [{ name: 'a', type: 'text' }] };
const dot = { filename: 'a.txt', content: Buffer.from('a').toString('base64') };

/** Each way in which a mutation names a row: the mutation, the field, the table, and the rest of the input. */
const references: readonly [string, string, string, object][] = [
  ['contentTypeUpdate', 'id', 'content_types', { name: 'Mine' }],
  ['contentItemCreate', 'contentTypeId', 'content_types', { title: 'Mine' }],
  ['contentItemUpdate', 'id', 'content_items', { title: 'Mine' }],
  ['contentItemPublish', 'id', 'content_items', {}],
  ['contentItemUnpublish', 'id', 'content_items', {}],
  ['contentItemArchive', 'id', 'content_items', {}],
  ['contentItemRestore', 'id', 'content_items', { version: 1 }],
  ['mediaFileUpdate', 'id', 'media_files', { altText: 'Mine' }],
  ['mediaFileDelete', 'id', 'media_files', {}],
  ['pageCreate', 'parentId', 'pages', { title: 'Mine' }],
  ['pageUpdate', 'id', 'pages', { title: 'Mine' }],
  ['pageMove', 'id', 'pages', { sortOrder: 1 }],
  ['pagePublish', 'id', 'pages', {}],
  ['pageUnpublish', 'id', 'pages', {}],
  ['templateUpdate', 'id', 'templates', { isActive: false }],
];

describe('an id of another tenant', () => {
  test.each(references)(
    'threat 8: is refused by %s as %s like one that nobody has',
    async (mutation, field, table, rest) => {
      const foreign = await idIn('globex', table);
      for (const id of [foreign, NOBODY])
        expect(await refusal('acme', mutation, { ...rest, [field]: id })).toBe(`NOT_FOUND ${field}`);
    },
  );

  test('is refused as a new parent and as an original', async () => {
    const page = await done('page', 'acme', 'pageCreate', { title: fresh('Ours') });
    const parentId = await idIn('globex', 'pages');
    expect(await refusal('acme', 'pageMove', { id: page.id, parentId })).toBe('NOT_FOUND parentId');
    const { id: contentTypeId } = await newType(schema.fields);
    const original = { contentTypeId, title: 'Copy', parentId: await idIn('globex', 'content_items') };
    expect(await refusal('acme', 'contentItemCreate', original)).toBe('NOT_FOUND parentId');
    const other = { ...original, parentId: await idIn('acme', 'content_items') };
    expect(await refusal('acme', 'contentItemCreate', other)).toBe('INVALID parentId');
  });
});

const creations: readonly [string, string, object][] = [
  ['contentTypeCreate', 'name', { schema }],
  ['contentItemCreate', 'title', { contentTypeId: NOBODY }],
  ['mediaFileCreate', 'altText', dot],
  ['pageCreate', 'title', {}],
  ['templateCreate', 'name', { definition: {} }],
];

describe('a creation', () => {
  test.each(creations)(
    '%s refuses a NUL, half a character, and text that is too long',
    async (mutation, field, rest) => {
      for (const wrong of ['a\0b', 'a\uD800', 'x'.repeat(30_000)])
        expect(await refusal('acme', mutation, { ...rest, [field]: wrong })).toBe(`INVALID ${field}`);
    },
  );

  test.each(creations)('%s needs staff to name a tenant that is known', async (mutation, field, rest) => {
    const input = { ...rest, [field]: 'Whose' };
    expect(await refusal('admin', mutation, input)).toBe('INVALID tenantId');
    expect(await refusal('admin', mutation, { ...input, tenantId: 'nowhere' })).toBe('NOT_FOUND tenantId');
  });

  test.each(creations)(
    '%s refuses a tenant’s caller that names a tenant, and runs nothing',
    async (mutation, field, rest) => {
      const title = fresh('Named');
      const { errors } = await ask(operation(mutation), {
        token: await tokenOf('acme'),
        variables: { input: { ...rest, [field]: title, tenantId: 'acme' } },
      });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
      expect(await countOf('audit_entries WHERE after::text LIKE $1', [`%${title}%`])).toBe(0);
    },
  );

  test('of staff lands in the tenant that they named', async () => {
    const { page } = await change('admin', 'pageCreate', { tenantId: 'sakura', title: fresh('By staff') });
    expect(await countOf("pages WHERE id = $1 AND tenant_id = 'sakura'", [page?.id])).toBe(1);
  });
});

describe('JSON in an input', () => {
  test('threat 9: is refused with keys that JavaScript gives a meaning, and endless nesting', async () => {
    const given = (value: string): object => ({ name: 'X', definition: JSON.parse(value) as object });
    expect(await refusal('acme', 'templateCreate', given('{"a":{"__proto__":{"b":1}}}'))).toBe(
      'INVALID definition.a.__proto__',
    );
    expect(await refusal('acme', 'templateCreate', given(`{"a":${'['.repeat(60)}${']'.repeat(60)}}`))).toBe(
      'INVALID definition',
    );
  });

  test('that is nested tens of thousands of levels deep ends neither in a 500 nor the process', async () => {
    const levels = 60_000;
    const body = `{"query":${JSON.stringify(operation('templateCreate'))},"variables":{"input":{"name":"X","definition":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}}}`;
    const { url } = await import('../../../platform/test/kit.ts');
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf('acme')}` },
      body,
    });
    expect(await response.text()).not.toContain('INTERNAL_SERVER_ERROR');
    expect(response.status).toBeLessThan(500);
  });
});
