/** What a browser sees under a tenant's publishable key: what is published, as it was published. */
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { change, countOf, done, idIn, newType } from './cms.ts';
import { askPublicly, readPublicly } from './publicKey.ts';

afterAll(closeSql);

const ITEM = `query Q($id: ID!) { contentItem(id: $id) {
  id title slug data seoData status publishedAt publishedVersion version createdAt updatedAt contentType { slug } media { id url }
} }`;
const PAGE = `query Q($path: String!) { page(path: $path) {
  id title path template content published seoTitle status publishedAt version updatedAt media { id } parent { id }
} }`;

const publicItem = (id: string) => readPublicly<{ contentItem: Record<string, unknown> | null }>(ITEM, { id });
const publicPage = (path: string) => readPublicly<{ page: Record<string, unknown> | null }>(PAGE, { path });

async function publishedItem(data: object) {
  const type = await newType([
    { name: 'body', type: 'richtext', required: true },
    { name: 'picture', type: 'media' },
  ]);
  const input = { contentTypeId: type.id, title: 'Public', slug: fresh('public'), data };
  const { id } = await done('contentItem', 'acme', 'contentItemCreate', input);
  return done('contentItem', 'acme', 'contentItemPublish', { id });
}

describe('a content item', () => {
  test('is seen from its publication to its withdrawal', async () => {
    const item = await publishedItem({ body: '<p>One</p>' });
    expect((await publicItem(item.id)).contentItem).toMatchObject({
      title: 'Public',
      data: { body: '<p>One</p>' },
      status: 'PUBLISHED',
      publishedVersion: 1,
      version: 1,
    });
    await done('contentItem', 'acme', 'contentItemUnpublish', { id: item.id });
    expect((await publicItem(item.id)).contentItem).toBeNull();
  });

  test('answers the same bytes whatever becomes of its draft', async () => {
    const edit = fc.record(
      {
        title: fc.string({ minLength: 1, maxLength: 20 }),
        slug: fc.uuid(),
        data: fc.constantFrom({}, { body: '<p>Two</p>' }),
      },
      { requiredKeys: [] },
    );
    const step = fc.oneof(
      edit.map((input) => ({ verb: 'Update', input })),
      fc.constant({ verb: 'Restore', input: { version: 1 } }),
    );
    const item = await publishedItem({ body: '<p>One</p>' });
    const before = await askPublicly(ITEM, { id: item.id });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const { verb, input } of steps) await change('acme', `contentItem${verb}`, { id: item.id, ...input });
        expect((await askPublicly(ITEM, { id: item.id })).text).toBe(before.text);
      }),
      { numRuns: 8 },
    );
  });

  test('is found by the type and slug that were published', async () => {
    const { id, slug } = await publishedItem({ body: '<p>One</p>' });
    await done('contentItem', 'acme', 'contentItemUpdate', { id, slug: fresh('draft') });
    const query =
      'query Q($slug: String) { contentItems(filter: { slug: { eq: $slug } }) { totalCount edges { node { id } } } }';
    const { contentItems } = await readPublicly<{ contentItems: object }>(query, { slug });
    expect(contentItems).toEqual({ totalCount: 1, edges: [{ node: { id } }] });
  });

  test('of another tenant is not there, and lists hold no drafts', async () => {
    const [foreign] = await sql<{ id: string }>(
      'cms',
      "SELECT id FROM content_items WHERE tenant_id = 'globex' AND status = 'published' LIMIT 1",
    );
    expect((await publicItem(foreign!.id)).contentItem).toBeNull();
    const list = await readPublicly<{ contentItems: { totalCount: number; edges: { node: { status: string } }[] } }>(
      '{ contentItems(first: 100) { totalCount edges { node { status } } } }',
    );
    expect(new Set(list.contentItems.edges.map(({ node }) => node.status))).toEqual(new Set(['PUBLISHED']));
    expect(list.contentItems.totalCount).toBe(
      await countOf("content_items WHERE tenant_id = 'acme' AND status = 'published'"),
    );
  });
});

describe('a file', () => {
  test('is known while published content uses it, not while a draft does', async () => {
    const content = Buffer.from('a,b').toString('base64');
    const file = await done('mediaFile', 'acme', 'mediaFileCreate', { filename: 'a.csv', content });
    const known = async (): Promise<boolean> => {
      const query = '{ mediaFiles(first: 100) { edges { node { id originalFilename metadata } } } }';
      const { mediaFiles } = await readPublicly<{ mediaFiles: { edges: { node: { id: string } }[] } }>(query);
      return mediaFiles.edges.some(({ node }) => node.id === file.id);
    };
    const { id } = await publishedItem({ body: '<p>One</p>' });
    await done('contentItem', 'acme', 'contentItemUpdate', { id, data: { body: '<p>One</p>', picture: file.id } });
    expect(await known()).toBe(false);
    await done('contentItem', 'acme', 'contentItemPublish', { id });
    expect(await known()).toBe(true);
    expect((await publicItem(id)).contentItem).toMatchObject({ media: [{ id: file.id, url: file.url }] });
  });
});

describe('a page', () => {
  test('is seen as it was published, where it is, and from where it was', async () => {
    const page = await done('page', 'acme', 'pageCreate', { title: fresh('Shown'), content: { blocks: [1] } });
    expect((await publicPage(page.path)).page).toBeNull();
    await done('page', 'acme', 'pagePublish', { id: page.id });
    const before = await publicPage(page.path);
    expect(before.page).toMatchObject({ title: page.title, content: { blocks: [1] }, status: 'PUBLISHED' });
    await done('page', 'acme', 'pageUpdate', { id: page.id, title: 'Another', content: [], seoTitle: 'Draft' });
    expect(await publicPage(page.path)).toEqual(before);
    const moved = await done('page', 'acme', 'pageMove', { id: page.id, slug: fresh('moved') });
    expect(await publicPage(page.path)).toEqual({ page: { ...before.page, path: moved.path } });
    await done('page', 'acme', 'pageUnpublish', { id: page.id });
    for (const path of [page.path, moved.path]) expect((await publicPage(path)).page).toBeNull();
  });

  test('that is a draft is in no tree and no list', async () => {
    const { pages, pageTree } = await readPublicly<{ pages: { totalCount: number }; pageTree: object[] }>(
      '{ pages { totalCount } pageTree { id status children { id status children { id status } } } }',
    );
    expect(pages.totalCount).toBe(await countOf("pages WHERE tenant_id = 'acme' AND status = 'published'"));
    expect(JSON.stringify(pageTree)).not.toMatch(/DRAFT|ARCHIVED/);
  });
});

describe('what belongs to the editors', () => {
  test.each([
    ['authors', 'contentItems { edges { node { author { id } } } }'],
    ['versions', 'contentItems { edges { node { versions { totalCount } } } }'],
    ['the original of an item', 'contentItems { edges { node { parent { id } } } }'],
    ['authors of pages', 'pages { edges { node { author { id } } } }'],
    ['uploaders', 'mediaFiles { edges { node { uploadedBy { id } } } }'],
    ['templates', 'templates { totalCount }'],
    ['the history of an item', `contentVersions(contentItemId: "${NOBODY}") { totalCount }`],
    ['tenants', 'contentItems { edges { node { tenant { name } } } }'],
  ])('is refused: %s', async (_what, fields) => {
    const { errors } = await askPublicly(`{ ${fields} }`);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('is not found by a filter either', async () => {
    const authorId = (
      await sql<{ id: string }>(
        'cms',
        "SELECT author_id AS id FROM content_items WHERE tenant_id = 'acme' AND status = 'published' LIMIT 1",
      )
    )[0]!.id;
    const query = 'query Q($id: ID) { contentItems(filter: { authorId: { eq: $id } }) { totalCount } }';
    expect(await readPublicly(query, { id: authorId })).toEqual({ contentItems: { totalCount: 0 } });
  });

  test('cannot be written', async () => {
    const id = await idIn('acme', 'content_items');
    const { errors, data } = await askPublicly(
      `mutation { contentItemPublish(input: { id: "${id}" }) { contentItem { id } } }`,
    );
    expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([
      { contentItemPublish: null },
      ['FORBIDDEN'],
    ]);
  });
});
