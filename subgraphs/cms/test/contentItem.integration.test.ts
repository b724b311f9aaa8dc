import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { countOf, change, done, idIn, newType, refusal } from './cms.ts';

afterAll(closeSql);

const FIELDS = [
  { name: 'summary', type: 'text', required: true, maxLength: 50 },
  { name: 'body', type: 'richtext' },
  { name: 'count', type: 'number', integer: true, min: 0, max: 10 },
  { name: 'on', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'kind', type: 'select', options: ['news', 'guide'], required: true },
  { name: 'picture', type: 'media' },
  { name: 'related', type: 'relation' },
  { name: 'extra', type: 'json' },
  { name: 'seller', type: 'group', fields: [{ name: 'name', type: 'text', required: true }] },
  { name: 'links', type: 'list', of: { type: 'group', fields: [{ name: 'label', type: 'text', required: true }] } },
];

let typeId: string;
beforeAll(async () => ({ id: typeId } = await newType(FIELDS)));

const create = (input: object = {}) =>
  done('contentItem', 'acme', 'contentItemCreate', {
    contentTypeId: typeId,
    title: 'An item',
    slug: fresh('item'),
    ...input,
  });
const fits = { summary: 'Short', kind: 'news' };

describe('contentItemCreate', () => {
  test('saves a draft with its author, slug and first version', async () => {
    const title = `Über ${fresh('uns')}!`;
    const item = await done('contentItem', 'acme', 'contentItemCreate', { contentTypeId: typeId, title, data: fits });
    expect(item).toMatchObject({ title, status: 'DRAFT', version: 1, publishedVersion: null, data: fits });
    expect(item.slug).toMatch(/^uber-uns-[0-9a-f]/);
    expect(item.author?.id).toMatch(/-/);
    expect(item.versions.totalCount).toBe(1);
  });

  test('takes a draft that lacks what is required, and every kind of value', async () => {
    expect((await create()).data).toEqual({});
    const related = (await create()).id;
    const data = {
      ...{ summary: 'Short', body: '<p>Text</p>', count: 3, on: true, day: '2026-01-31', kind: 'guide' },
      ...{ related, extra: { any: [1, null] }, seller: { name: 'X' }, links: [{ label: 'a' }], picture: null },
    };
    expect((await create({ data })).data).toEqual(data);
  });

  test.each<[string, object, string]>([
    ['a number as text', { summary: 1 }, 'INVALID data.summary'],
    ['text that is too long', { summary: 'x'.repeat(51) }, 'INVALID data.summary'],
    ['a fraction where whole numbers go', { count: 1.5 }, 'INVALID data.count'],
    ['a number out of range', { count: 11 }, 'INVALID data.count'],
    ['a day that is none', { day: '2026-02-30' }, 'INVALID data.day'],
    ['a choice that is not there', { kind: 'other' }, 'INVALID data.kind'],
    ['a field that is not there', { other: 1 }, 'INVALID data.other'],
    ['a field named like a prototype', JSON.parse('{"__proto__": {"a": 1}}') as object, 'INVALID data.__proto__'],
    ['a wrong type within a list', { links: [{ label: 'a' }, { label: 2 }] }, 'INVALID data.links.1.label'],
    ['a list that is none', { links: {} }, 'INVALID data.links'],
    ['a relation that is no id', { related: 'x' }, 'INVALID data.related'],
    ['an item that is not there', { related: NOBODY }, 'NOT_FOUND data.related'],
    ['a file that is not there', { picture: NOBODY }, 'NOT_FOUND data.picture'],
    ['two faults at once', { count: -1, on: 'yes' }, 'INVALID data.count, INVALID data.on'],
  ])('refuses %s', async (_what, data, expected) => {
    const input = { contentTypeId: typeId, title: 'Wrong', slug: fresh('wrong'), data };
    expect(await refusal('acme', 'contentItemCreate', input)).toBe(expected);
  });

  test('refuses another tenant’s items and files like those that are not there', async () => {
    const [related, picture] = [await idIn('globex', 'content_items'), await idIn('globex', 'media_files')];
    const input = { contentTypeId: typeId, title: 'Wrong', slug: fresh('wrong'), data: { related, picture } };
    expect(await refusal('acme', 'contentItemCreate', input)).toBe('NOT_FOUND data.picture, NOT_FOUND data.related');
  });

  test('refuses a slug that is taken, and one that is no part of a path', async () => {
    const { slug } = await create();
    const input = { contentTypeId: typeId, title: 'Wrong' };
    expect(await refusal('acme', 'contentItemCreate', { ...input, slug })).toBe('TAKEN slug');
    for (const wrong of ['a/b', '..', 'a b', 'a?b'])
      expect(await refusal('acme', 'contentItemCreate', { ...input, slug: wrong })).toBe('INVALID slug');
  });

  test('cleans rich text of all that could run', async () => {
    const wild = [
      '<p onclick="x()">Hi <script>alert(1)</script><img src=x onerror=alert(1)></p>',
      '<a href="javascript:alert(1)">a</a><a href=" JaVaScRiPt:alert(1)">b</a><a href="https://x.example">c</a>',
      '<iframe src="https://x.example"></iframe><svg onload=alert(1)><style>*{}</style><img src="data:text/html,x">',
      '<form action="https://x.example"><input></form><img src="//x.example/a.png"><math><mtext></math>',
    ].join('');
    const { data } = await create({ data: { body: wild } });
    expect(data['body']).toBe(
      '<p>Hi <img src="x" /></p><a rel="noopener noreferrer">a</a><a rel="noopener noreferrer">b</a>' +
        '<a href="https://x.example" rel="noopener noreferrer">c</a><img /><img />',
    );
  });

  test('makes one item of one key', async () => {
    const input = { contentTypeId: typeId, title: 'Once', slug: fresh('once'), idempotencyKey: fresh('key') };
    const [one, other] = await Promise.all([1, 2].map(() => done('contentItem', 'acme', 'contentItemCreate', input)));
    expect(one?.id).toBe(other?.id);
    expect(await countOf('content_versions WHERE item_id = $1', [one?.id])).toBe(1);
  });
});

describe('contentItemPublish', () => {
  test('names every fault of a draft that does not fit in full', async () => {
    const { id } = await create({ data: { summary: ' ', links: [{}] } });
    expect(await refusal('acme', 'contentItemPublish', { id })).toBe(
      'INVALID data.kind, INVALID data.summary, INVALID data.links.0.label',
    );
  });

  test('shows the draft, and goes on showing it while the draft is edited', async () => {
    const { id } = await create({ data: fits });
    expect(await done('contentItem', 'acme', 'contentItemPublish', { id, expectedVersion: 1 })).toMatchObject({
      status: 'PUBLISHED',
      publishedVersion: 1,
      version: 1,
    });
    const edited = await done('contentItem', 'acme', 'contentItemUpdate', { id, data: { kind: 'guide' } });
    expect(edited).toMatchObject({ status: 'PUBLISHED', publishedVersion: 1, version: 2, data: { kind: 'guide' } });
    expect(await refusal('acme', 'contentItemPublish', { id })).toBe('INVALID data.summary');
    await done('contentItem', 'acme', 'contentItemUpdate', { id, data: fits });
    expect(await done('contentItem', 'acme', 'contentItemPublish', { id })).toMatchObject({ publishedVersion: 3 });
  });

  test('refuses a slug under which another item is published', async () => {
    const first = await create({ data: fits });
    await done('contentItem', 'acme', 'contentItemPublish', { id: first.id });
    await done('contentItem', 'acme', 'contentItemUpdate', { id: first.id, slug: fresh('moved') });
    const second = await create({ slug: first.slug, data: fits });
    expect(await refusal('acme', 'contentItemPublish', { id: second.id })).toBe('TAKEN slug');
    await done('contentItem', 'acme', 'contentItemPublish', { id: first.id });
    await done('contentItem', 'acme', 'contentItemPublish', { id: second.id });
  });

  test.each<[string, string[], string, string]>([
    ['a draft to be hidden', [], 'contentItemUnpublish', '«unpublish» starts from PUBLISHED'],
    ['an archived item to be published', ['contentItemArchive'], 'contentItemPublish', '«publish» starts from'],
    ['an archived item to be edited', ['contentItemArchive'], 'contentItemUpdate', '«update» starts from'],
    ['an archived item to be archived', ['contentItemArchive'], 'contentItemArchive', '«archive» starts from'],
  ])('refuses %s', async (_what, before, mutation, message) => {
    const { id } = await create({ data: fits });
    for (const verb of before) await done('contentItem', 'acme', verb, { id });
    const { userErrors } = await change('acme', mutation, { id });
    expect(userErrors).toEqual([{ field: ['id'], code: 'CONFLICT', message: expect.stringContaining(message) }]);
  });
});

describe('contentItemUnpublish and contentItemArchive', () => {
  test('take an item from the public', async () => {
    for (const [mutation, status] of [
      ['contentItemUnpublish', 'DRAFT'],
      ['contentItemArchive', 'ARCHIVED'],
    ] as const) {
      const { id } = await create({ data: fits });
      await done('contentItem', 'acme', 'contentItemPublish', { id });
      const item = await done('contentItem', 'acme', mutation, { id });
      expect(item).toMatchObject({ status, publishedVersion: null, publishedAt: null, version: 1 });
    }
  });
});

describe('contentItemRestore', () => {
  test('makes an old version the draft, as a version of its own', async () => {
    const { id } = await create({ title: 'One', data: fits });
    await done('contentItem', 'acme', 'contentItemUpdate', { id, title: 'Two', data: {} });
    const item = await done('contentItem', 'acme', 'contentItemRestore', { id, version: 1 });
    expect(item).toMatchObject({ title: 'One', data: fits, version: 3 });
    expect(item.versions.edges.map(({ node }) => [node.version, node.restoredFrom])).toEqual([
      [1, null],
      [2, null],
      [3, 1],
    ]);
  });

  test('brings an archived item back as a draft', async () => {
    const { id } = await create();
    await done('contentItem', 'acme', 'contentItemArchive', { id });
    expect(await done('contentItem', 'acme', 'contentItemRestore', { id })).toMatchObject({
      status: 'DRAFT',
      version: 1,
    });
  });

  test('refuses no version, the newest and one that is not there', async () => {
    const { id } = await create();
    expect(await refusal('acme', 'contentItemRestore', { id })).toBe('INVALID version');
    expect(await refusal('acme', 'contentItemRestore', { id, version: 1 })).toBe('INVALID version');
    expect(await refusal('acme', 'contentItemRestore', { id, version: 0 })).toBe('INVALID version');
    expect(await refusal('acme', 'contentItemRestore', { id, version: 2 })).toBe('NOT_FOUND version');
  });
});

describe('two who edit at once', () => {
  test('under one expected version, one wins', async () => {
    const { id } = await create();
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((title) => change('acme', 'contentItemUpdate', { id, title, expectedVersion: 1 })),
    );
    expect(answers.filter(({ contentItem }) => contentItem != null)).toHaveLength(1);
    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code, field }) => `${code} ${String(field)}`));
    expect(codes).toEqual(['CONFLICT expectedVersion', 'CONFLICT expectedVersion']);
  });

  test('leave versions without gaps, whatever they do', async () => {
    const { id } = await create({ data: fits });
    const verbs = ['Update', 'Publish', 'Update', 'Restore', 'Unpublish', 'Update', 'Publish'];
    await Promise.all(
      verbs.map((verb, index) =>
        change('acme', `contentItem${verb}`, {
          id,
          ...(verb === 'Update' ? { title: `T${String(index)}` } : {}),
          ...(verb === 'Restore' ? { version: 1 } : {}),
        }),
      ),
    );
    const rows = await sql<{ version: number }>(
      'cms',
      'SELECT version FROM content_versions WHERE item_id = $1 ORDER BY 1',
      [id],
    );
    const [item] = await sql<{ version: number }>('cms', 'SELECT version FROM content_items WHERE id = $1', [id]);
    expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: item!.version }, (_, index) => index + 1));
  });
});
