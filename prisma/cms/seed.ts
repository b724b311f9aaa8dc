import { makeItem, type ContentItem } from '../demo/contentItems.ts';
import { contentKinds, type ContentKind } from '../demo/contentTypes.ts';
import { makeMedia, type MediaFile } from '../demo/media.ts';
import { makePages, type Page } from '../demo/pages.ts';
import { daysFrom, idAt } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';

import { events } from './events.ts';

const templates = {
  default: ['A heading and text', ['heading', 'body']],
  landing: ['A large picture above everything', ['hero', 'body', 'call-to-action']],
  article: ['A list of articles', ['heading', 'list', 'sidebar']],
} as const;

function templateRows({ faker, story }: Scene): Row[] {
  return Object.entries(templates).map(([name, [description, regions]]) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, story.createdAt),
    name,
    description,
    definition: { regions },
    created_at: story.createdAt,
    updated_at: story.createdAt,
  }));
}

function typeRow({ story }: Scene, { name, slug, fields }: ContentKind, id: string): Row {
  return {
    tenant_id: story.plan.id,
    id,
    name,
    slug,
    schema: { fields },
    settings: { drafts: true },
    created_at: story.createdAt,
    updated_at: story.createdAt,
  };
}

/** Each file is used once at most: by an item, by a page, or not at all. */
function usageRows(
  { faker, story }: Scene,
  media: readonly MediaFile[],
  items: readonly ContentItem[],
  pages: readonly Page[],
): Row[] {
  const row = (file: MediaFile, item: ContentItem | undefined, page: Page | undefined): Row => ({
    tenant_id: story.plan.id,
    id: idAt(faker, story.anchor),
    media_file_id: file.id,
    content_type_id: item?.typeId ?? null,
    content_item_id: item?.id ?? null,
    page_id: page?.id ?? null,
    is_published: (item ?? page)?.row['status'] === 'published',
    created_at: story.anchor,
  });
  return media.flatMap((file, index): Row[] => {
    if (index % 3 === 0) return [row(file, faker.helpers.arrayElement(items), undefined)];
    return index % 3 === 1 ? [row(file, undefined, faker.helpers.arrayElement(pages))] : [];
  });
}

/** Where pages were before the site was rebuilt. */
function redirectRows({ faker, story }: Scene, pages: readonly Page[]): Row[] {
  const at = daysFrom(story.anchor, -200);
  return pages.slice(0, 3).map(({ id, path }) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    from_path: `/old${path}`,
    page_id: id,
    created_at: at,
  }));
}

function factsOf(items: readonly ContentItem[], pages: readonly Page[]): Fact<typeof events>[] {
  const made = items.slice(0, 4).map(({ id, typeId, title, author, createdAt }): Fact<typeof events> => ({
    at: createdAt,
    actor: author,
    role: 'client',
    action: 'contentItemCreate',
    event: { type: 'contentItem.created', payload: { contentItemId: id, contentTypeId: typeId, version: 1 } },
    type: 'ContentItem',
    id,
    after: { id, title },
  }));
  const moved = pages.slice(0, 1).map(({ id, path, author, row }): Fact<typeof events> => ({
    at: row['updated_at'] as Date,
    actor: author,
    role: 'client',
    action: 'pagePublish',
    event: { type: 'page.published', payload: { pageId: id, version: 1 } },
    type: 'Page',
    id,
    after: { id, path },
  }));
  return [...made, ...moved];
}

function* seedTenant(scene: Scene): Generator<Step> {
  const { faker, story } = scene;
  const kinds = contentKinds.map((kind) => ({ kind, id: idAt(faker, story.createdAt) }));
  const perKind = 2 + Math.ceil(story.customers.length / 8);
  const items = kinds.flatMap(({ kind, id }) =>
    Array.from({ length: perKind }, (_, index) => makeItem(scene, kind, id, index)),
  );
  const pages = makePages(scene);
  const media = Array.from({ length: 3 + Math.ceil(story.customers.length / 3) }, (_, index) =>
    makeMedia(scene, index),
  );

  yield { table: 'content_types', rows: kinds.map(({ kind, id }) => typeRow(scene, kind, id)) };
  yield { table: 'content_items', rows: items.map(({ row }) => row) };
  yield { table: 'content_versions', rows: items.flatMap(({ versions }) => versions) };
  yield { table: 'templates', rows: templateRows(scene) };
  yield { table: 'pages', rows: pages.map(({ row }) => row) };
  yield { table: 'page_redirects', rows: redirectRows(scene, pages) };
  yield { table: 'media_files', rows: media.map(({ row }) => row) };
  yield { table: 'media_usages', rows: usageRows(scene, media, items, pages) };
  yield* recordsOf(scene, events, factsOf(items, pages));
}

/** Content of three types with its history, a tree of pages, and the files that both use. */
export const seed: DomainSeed = { tenant: seedTenant };
