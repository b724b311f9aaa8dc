import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { fresh } from '../../../platform/test/mutations.ts';
import { definition, type Definition } from '../src/definition.ts';
import { faultsOf } from '../src/validate.ts';

import { change, done, newType, refusal } from './cms.ts';

afterAll(closeSql);

const deep = (levels: number): object => (levels === 0 ? { type: 'text' } : { type: 'list', of: deep(levels - 1) });

describe('contentTypeCreate', () => {
  test('defines a type, with a slug from its name', async () => {
    const fields = [{ name: 'title', type: 'text', required: true, label: 'Title' }];
    const type = await done('contentType', 'acme', 'contentTypeCreate', {
      name: `Späte ${fresh('News')}`,
      schema: { fields },
    });
    expect(type).toMatchObject({ version: 1, schema: { fields } });
    expect(type.slug).toMatch(/^spate-news-/);
    expect(await refusal('acme', 'contentTypeCreate', { name: 'X', slug: type.slug, schema: { fields } })).toBe(
      'TAKEN slug',
    );
  });

  test.each<[string, object, string]>([
    ['no fields', { fields: [] }, 'INVALID schema.fields'],
    ['a JSON Schema', { type: 'object', properties: {} }, 'INVALID schema.fields, INVALID schema'],
    ['an unknown kind', { fields: [{ name: 'a', type: 'html' }] }, 'INVALID schema.fields.0.type'],
    [
      'two fields of one name',
      {
        fields: [
          { name: 'a', type: 'text' },
          { name: 'a', type: 'date' },
        ],
      },
      'INVALID schema.fields.1.name',
    ],
    ['a name that is none', { fields: [{ name: '__proto__', type: 'text' }] }, 'INVALID schema.fields.0.name'],
    ['a reserved name', { fields: [{ name: 'constructor', type: 'text' }] }, 'INVALID schema.fields.0.name'],
    ['a choice without options', { fields: [{ name: 'a', type: 'select' }] }, 'INVALID schema.fields.0.options'],
    [
      'a range that is empty',
      { fields: [{ name: 'a', type: 'number', min: 2, max: 1 }] },
      'INVALID schema.fields.0.max',
    ],
    [
      'a keyword of JSON Schema',
      { fields: [{ name: 'a', type: 'text', pattern: '(a+)+$' }] },
      'INVALID schema.fields.0',
    ],
    ['a relation to nothing', { fields: [{ name: 'a', type: 'relation', to: 'nothing' }] }, 'NOT_FOUND schema'],
    ['endless nesting', { fields: [{ name: 'a', ...deep(20) }] }, 'INVALID schema'],
  ])('refuses %s', async (_what, schema, expected) => {
    expect(await refusal('acme', 'contentTypeCreate', { name: 'Wrong', slug: fresh('wrong'), schema })).toBe(expected);
  });
});

describe('contentTypeUpdate', () => {
  const summary = { name: 'summary', type: 'text' };
  const more = { name: 'more', type: 'text', required: true };

  test('refuses what a published item would not fit, and leaves drafts to their publication', async () => {
    const type = await newType([summary]);
    const input = { contentTypeId: type.id, title: 'Item', slug: fresh('item'), data: { summary: 'x' } };
    const item = await done('contentItem', 'acme', 'contentItemCreate', input);
    await done('contentItem', 'acme', 'contentItemPublish', { id: item.id });
    const change_ = { id: type.id, schema: { fields: [summary, more] } };
    const { userErrors } = await change('acme', 'contentTypeUpdate', change_);
    expect(userErrors).toEqual([
      {
        field: ['schema'],
        code: 'CONFLICT',
        message: 'The published item «Item» would not fit, at data.more: This is required.',
      },
    ]);
    await done('contentItem', 'acme', 'contentItemUnpublish', { id: item.id });
    expect(await done('contentType', 'acme', 'contentTypeUpdate', change_)).toMatchObject({ version: 2 });
    expect(await refusal('acme', 'contentItemPublish', { id: item.id })).toBe('INVALID data.more');
  });

  test('renames, but not away from a relation that names the type', async () => {
    const type = await newType([summary]);
    await newType([{ name: 'parts', type: 'list', of: { type: 'relation', to: type.slug } }]);
    expect(await done('contentType', 'acme', 'contentTypeUpdate', { id: type.id, name: 'Other' })).toMatchObject({
      name: 'Other',
    });
    expect(await refusal('acme', 'contentTypeUpdate', { id: type.id, slug: fresh('x') })).toBe('CONFLICT slug');
    expect(await refusal('acme', 'contentTypeUpdate', { id: type.id, name: 'X', expectedVersion: 1 })).toBe(
      'CONFLICT expectedVersion',
    );
  });
});

describe('a relation', () => {
  test('leads to an item of the type that it names', async () => {
    const [type, other] = [await newType([{ name: 'a', type: 'text' }]), await newType([{ name: 'a', type: 'text' }])];
    const relating = await newType([{ name: 'to', type: 'relation', to: type.slug }]);
    const item = (contentTypeId: string, data = {}) => ({ contentTypeId, title: 'I', slug: fresh('i'), data });
    const right = await done('contentItem', 'acme', 'contentItemCreate', item(type.id));
    const wrong = await done('contentItem', 'acme', 'contentItemCreate', item(other.id));
    await done('contentItem', 'acme', 'contentItemCreate', item(relating.id, { to: right.id }));
    expect(await refusal('acme', 'contentItemCreate', item(relating.id, { to: wrong.id }))).toBe('NOT_FOUND data.to');
  });
});

const FIELDS = [
  { name: 'text', type: 'text', required: true, maxLength: 3 },
  { name: 'number', type: 'number', max: 2 },
  { name: 'pick', type: 'select', options: ['a'], required: true },
  { name: 'list', type: 'list', of: { type: 'boolean' } },
];

describe('whatever is saved and published', () => {
  test('what the public sees always fits its type', async () => {
    const type = await newType(FIELDS);
    const made = { contentTypeId: type.id, title: 'Any', slug: fresh('any') };
    const { id } = await done('contentItem', 'acme', 'contentItemCreate', made);
    const data = fc.record(
      {
        text: fc.constantFrom('ok', '', 'long', 1),
        number: fc.constantFrom(1, 3, null),
        pick: fc.constantFrom('a', 'b'),
        list: fc.constantFrom([true], [1], null),
      },
      { requiredKeys: [] },
    );
    const required = fc
      .boolean()
      .map((flag) => FIELDS.map((field) => (field.name === 'number' ? { ...field, required: flag } : field)));
    const step = fc.oneof(
      data.map((given) => ['contentItemUpdate', { id, data: given }] as const),
      fc.constant(['contentItemPublish', { id }] as const),
      required.map((fields) => ['contentTypeUpdate', { id: type.id, schema: { fields } }] as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
        for (const [mutation, input] of steps) await change('acme', mutation, input);
        const rows = await sql<{ schema: unknown; data: unknown }>(
          'cms',
          `SELECT t.schema, v.data FROM content_items i JOIN content_types t ON t.id = i.content_type_id
             JOIN content_versions v ON v.item_id = i.id AND v.version = i.published_version WHERE i.id = $1`,
          [id],
        );
        for (const row of rows) expect(faultsOf(definition.parse(row.schema), row.data, 'published')).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  test('the demo’s published items fit their types', async () => {
    const rows = await sql<{ schema: Definition; data: unknown }>(
      'cms',
      `SELECT t.schema, v.data FROM content_items i JOIN content_types t USING (tenant_id)
         JOIN content_versions v ON v.item_id = i.id AND v.version = i.published_version
        WHERE t.id = i.content_type_id AND i.tenant_id = 'globex'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { schema, data } of rows) expect(faultsOf(definition.parse(schema), data, 'published')).toEqual([]);
  });
});
