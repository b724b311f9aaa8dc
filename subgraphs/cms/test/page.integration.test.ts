import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { fresh } from '../../../platform/test/mutations.ts';

import { change, countOf, done, refusal } from './cms.ts';

afterAll(closeSql);

const create = (input: object = {}) => done('page', 'acme', 'pageCreate', { title: fresh('Page'), ...input });
const pathOf = async (id: string): Promise<string> =>
  (await sql<{ path: string }>('cms', 'SELECT path FROM pages WHERE id = $1', [id]))[0]!.path;

describe('pageCreate', () => {
  test('puts a draft below its parent', async () => {
    const parent = await create({ title: 'Über uns', slug: fresh('uns') });
    const page = await create({ title: 'Das Team', parentId: parent.id, content: [{ type: 'text' }] });
    expect(page).toMatchObject({ slug: 'das-team', path: `${parent.path}/das-team`, status: 'DRAFT', published: null });
    expect(page.parent).toEqual({ id: parent.id });
  });

  test('refuses what is no path, a path that is taken and one that is too long', async () => {
    const { slug } = await create();
    for (const wrong of ['a/b', '.', '..', 'a b', 'a#b', ''])
      expect(await refusal('acme', 'pageCreate', { title: 'X', slug: wrong })).toMatch(/^INVALID slug/);
    expect(await refusal('acme', 'pageCreate', { title: 'X', slug })).toBe('TAKEN slug');
    let parentId: string | undefined;
    for (let depth = 0; depth < 7; depth += 1)
      ({ id: parentId } = await create({ slug: `${String(depth)}${'x'.repeat(254)}`, parentId }));
    expect(await refusal('acme', 'pageCreate', { title: 'X', slug: 'x'.repeat(255), parentId })).toBe('INVALID slug');
  });

  test('refuses a template that is not there or not active', async () => {
    expect(await refusal('acme', 'pageCreate', { title: 'X', template: 'none' })).toBe('NOT_FOUND template');
    const { name } = await done('template', 'acme', 'templateCreate', {
      name: fresh('old'),
      definition: {},
      isActive: false,
    });
    expect(await refusal('acme', 'pageCreate', { title: 'X', template: name })).toBe('INVALID template');
  });

  test('refuses content that is neither object nor list, and cleans its HTML', async () => {
    expect(await refusal('acme', 'pageCreate', { title: 'X', content: 'text' })).toBe('INVALID content');
    const { content } = await create({ content: { blocks: [{ html: '<b onclick="x()">B</b><script>x()</script>' }] } });
    expect(content).toEqual({ blocks: [{ html: '<b>B</b>' }] });
  });
});

describe('pageUpdate', () => {
  test('changes the draft, takes values away, and knows who was first', async () => {
    const { id } = await create({ seoTitle: 'SEO', template: 'default' });
    const page = await done('page', 'acme', 'pageUpdate', { id, title: 'New', template: null, expectedVersion: 1 });
    expect(page).toMatchObject({ title: 'New', template: null, version: 2 });
    expect(await refusal('acme', 'pageUpdate', { id, title: 'Newer', expectedVersion: 1 })).toBe(
      'CONFLICT expectedVersion',
    );
  });
});

describe('pagePublish and pageUnpublish', () => {
  test('show what the draft was, and hide it', async () => {
    const { id } = await create({ title: 'One', content: [1], template: 'default' });
    const page = await done('page', 'acme', 'pagePublish', { id });
    expect(page).toMatchObject({
      status: 'PUBLISHED',
      published: { title: 'One', content: [1], template: 'default', version: 2 },
    });
    const edited = await done('page', 'acme', 'pageUpdate', { id, title: 'Two' });
    expect(edited.published).toEqual(page.published);
    expect(await done('page', 'acme', 'pageUnpublish', { id })).toMatchObject({ status: 'DRAFT', published: null });
    const { userErrors } = await change('acme', 'pageUnpublish', { id });
    expect(userErrors).toEqual([
      { field: ['id'], code: 'CONFLICT', message: 'The page is DRAFT: «unpublish» starts from PUBLISHED.' },
    ]);
  });
});

describe('pageMove', () => {
  test('takes all below along, and leaves redirects where published pages were', async () => {
    const [from, to] = [await create(), await create()];
    const child = await create({ parentId: from.id, slug: 'child' });
    const draft = await create({ parentId: child.id, slug: 'draft' });
    await done('page', 'acme', 'pagePublish', { id: child.id });
    const moved = await done('page', 'acme', 'pageMove', { id: from.id, parentId: to.id, slug: 'new', sortOrder: 3 });
    expect(moved.path).toBe(`${to.path}/new`);
    expect(await pathOf(draft.id)).toBe(`${to.path}/new/child/draft`);
    const redirects = await sql('cms', 'SELECT from_path, page_id FROM page_redirects WHERE from_path LIKE $1', [
      `${from.path}%`,
    ]);
    expect(redirects).toEqual([{ from_path: `${from.path}/child`, page_id: child.id }]);
    await done('page', 'acme', 'pageMove', { id: from.id, parentId: null, slug: from.slug });
    expect(await countOf('page_redirects WHERE from_path = $1', [`${from.path}/child`])).toBe(0);
    expect(await countOf('page_redirects WHERE from_path = $1', [`${to.path}/new/child`])).toBe(1);
  });

  test('refuses a page below itself, and a place that is taken', async () => {
    const page = await create();
    const child = await create({ parentId: page.id, slug: 'child' });
    const grandchild = await create({ parentId: child.id });
    for (const parentId of [page.id, child.id, grandchild.id])
      expect(await refusal('acme', 'pageMove', { id: page.id, parentId })).toBe('INVALID parentId');
    expect(await refusal('acme', 'pageMove', { id: grandchild.id, parentId: page.id, slug: 'child' })).toBe(
      'TAKEN slug',
    );
  });

  test('of two pages below each other at once, one is refused', async () => {
    const [one, other] = [await create(), await create()];
    const answers = await Promise.all([
      change('acme', 'pageMove', { id: one.id, parentId: other.id }),
      change('acme', 'pageMove', { id: other.id, parentId: one.id }),
    ]);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['INVALID']);
  });

  test('in any order leaves a tree in which every path is its parent’s and its slug', async () => {
    const root = await create();
    const ids = [root.id];
    for (let index = 0; index < 5; index += 1) ids.push((await create({ parentId: ids[Math.floor(index / 2)] })).id);
    const move = fc.record({
      page: fc.nat(5),
      parent: fc.option(fc.nat(5)),
      slug: fc.option(fc.constantFrom('a', 'b')),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 6 }), async (moves) => {
        for (const { page, parent, slug } of moves)
          await change('acme', 'pageMove', {
            id: ids[page],
            parentId: parent === null ? root.id : ids[parent],
            ...(slug === null ? {} : { slug }),
          });
        const [broken] = await sql<{ count: number }>(
          'cms',
          `WITH RECURSIVE tree AS (
             SELECT id, path FROM pages WHERE parent_id IS NULL AND path = '/' || slug
             UNION ALL SELECT p.id, p.path FROM pages p JOIN tree t ON p.parent_id = t.id AND p.path = t.path || '/' || p.slug)
           SELECT count(*)::int AS count FROM pages WHERE id = ANY($1) AND id NOT IN (SELECT id FROM tree)`,
          [ids],
        );
        expect(broken?.count).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a template', () => {
  test('takes its pages along when it is renamed, the published ones too', async () => {
    const { id, name } = await done('template', 'acme', 'templateCreate', {
      name: fresh('layout'),
      definition: { regions: [] },
    });
    const page = await create({ template: name });
    await done('page', 'acme', 'pagePublish', { id: page.id });
    const renamed = fresh('layout');
    await done('template', 'acme', 'templateUpdate', { id, name: renamed, isActive: false, description: null });
    const [row] = await sql<object>(
      'cms',
      "SELECT template, published ->> 'template' AS published FROM pages WHERE id = $1",
      [page.id],
    );
    expect(row).toEqual({ template: renamed, published: renamed });
    await done('page', 'acme', 'pageUpdate', { id: page.id, template: renamed, title: 'Keeps it' });
    expect(await refusal('acme', 'templateCreate', { name: renamed, definition: {} })).toBe('TAKEN name');
    expect(await refusal('acme', 'templateUpdate', { id, name: 'x', expectedVersion: 1 })).toBe(
      'CONFLICT expectedVersion',
    );
  });
});
