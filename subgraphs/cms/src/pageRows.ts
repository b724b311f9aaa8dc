/** What the verbs of pages do to rows. */
import { holdRow } from '@metatron/platform/verb/lock';

import type { CmsOutcome, Tx } from './context.ts';
import type { PageRow } from './mappers.ts';
import { mediaInBlocks, noMedia, noteUsage } from './mediaNames.ts';
import { pages } from './tables.ts';
import { isObject, type Json } from './values.ts';

export const existingPage = { of: 'target', table: pages, noun: 'page' } as const;

const taken = { code: 'TAKEN', message: 'Another page has this path.', field: 'slug' } as const;

export const pageConstraints = {
  pages_path_key: taken,
  pages_slug_key: taken,
  pages_path_check: { code: 'INVALID', message: 'The page’s path would be longer than 2,000 bytes.', field: 'slug' },
} as const;

export const pageKey = ({ tenantId, id }: Pick<PageRow, 'tenantId' | 'id'>) => ({ tenantId_id: { tenantId, id } });

/** Where a page hangs: its parent's id and path, or neither at the root. */
export type Place = Pick<PageRow, 'parentId' | 'parentPath'>;

/** The place below a page, whose path stays as it is until the transaction ends. */
export async function placeBelow(tx: Tx, tenantId: string, parentId: string | null): Promise<Place> {
  if (parentId === null) return { parentId: null, parentPath: null };
  const parent = await holdRow(tx, { table: pages, tenantId, id: parentId, noun: 'page', field: 'parentId' });
  return { parentId: parent.id, parentPath: parent.path };
}

const publishedContent = ({ published }: PageRow): Json => {
  const snapshot = published as Json;
  return isObject(snapshot) ? (snapshot['content'] ?? null) : null;
};

/** Notes the files that the draft and the published page name. */
export async function notePageUsage(tx: Tx, page: PageRow): Promise<void> {
  const usage = {
    draft: mediaInBlocks(page.content as Json),
    published: page.published === null ? noMedia : mediaInBlocks(publishedContent(page)),
  };
  await noteUsage(tx, page.tenantId, { pageId: page.id }, usage);
}

type PageEvent = 'created' | 'updated' | 'moved' | 'published' | 'unpublished';

/** A verb's outcome, with the event of that name. */
export function pageOutcome(event: PageEvent, row: PageRow, before?: PageRow): CmsOutcome<PageRow> {
  return {
    row,
    object: { type: 'Page', id: row.id },
    ...(before === undefined ? {} : { before }),
    after: row,
    events: [{ type: `page.${event}`, payload: { pageId: row.id, version: row.version } }],
  };
}
