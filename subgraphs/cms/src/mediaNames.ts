/** Which files of the library content names, and the record of it that keeps them from being deleted. */
import { v7 as uuidv7 } from 'uuid';

import type { Tx } from './context.ts';
import type { Definition } from './definition.ts';
import { leavesOf, type Json, type JsonObject } from './values.ts';

/** Files by id, and by the path in their address. */
export interface MediaNames {
  readonly ids: readonly string[];
  readonly paths: readonly string[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ADDRESS = /\/media\/([\w-]+\/[\w.-]+)/g;

export const noMedia: MediaNames = { ids: [], paths: [] };

const addressesIn = (html: string): string[] => [...html.matchAll(ADDRESS)].map(([, path = '']) => path);

/** The files in an item's data: in its media fields, and shown in its rich text. */
export function mediaInData({ fields }: Definition, data: JsonObject): MediaNames {
  const leaves = leavesOf(fields, data).flatMap(({ kind, value }) =>
    typeof value === 'string' ? [{ type: kind.type, value }] : [],
  );
  const of = (type: string): string[] => leaves.filter((leaf) => leaf.type === type).map(({ value }) => value);
  return {
    ids: [...new Set(of('media').map((id) => id.toLowerCase()))].filter((id) => UUID.test(id)),
    paths: [...new Set(of('richtext').flatMap(addressesIn))],
  };
}

/** The strings of a JSON value that stand under one of the names. */
function stringsUnder(name: string, value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === name && typeof child === 'string' ? [child] : stringsUnder(name, child),
  );
}

/** The files in a page's blocks: under `mediaFileId`, and shown in `html`. */
export function mediaInBlocks(content: Json): MediaNames {
  const ids = stringsUnder('mediaFileId', content).map((id) => id.toLowerCase());
  return {
    ids: [...new Set(ids)].filter((id) => UUID.test(id)),
    paths: [...new Set(stringsUnder('html', content).flatMap(addressesIn))],
  };
}

type Owner =
  | { readonly contentTypeId: string; readonly contentItemId: string; readonly pageId?: never }
  | { readonly pageId: string; readonly contentTypeId?: never; readonly contentItemId?: never };

interface Usage {
  readonly draft: MediaNames;
  readonly published: MediaNames;
}

async function findFiles(tx: Tx, tenantId: string, { ids, paths }: MediaNames): Promise<Set<string>> {
  if (ids.length + paths.length === 0) return new Set();
  const files = await tx.mediaFile.findMany({
    where: { tenantId, OR: [{ id: { in: [...ids] } }, { filePath: { in: [...paths] } }] },
    select: { id: true },
  });
  return new Set(files.map(({ id }) => id));
}

/** Notes what an item or a page uses now, as draft and as published; what it used before is free. */
export async function noteUsage(tx: Tx, tenantId: string, owner: Owner, { draft, published }: Usage): Promise<void> {
  const [inDraft, inPublished] = [await findFiles(tx, tenantId, draft), await findFiles(tx, tenantId, published)];
  await tx.mediaUsage.deleteMany({ where: { tenantId, ...owner } });
  const rows = [...new Set([...inDraft, ...inPublished])].map((mediaFileId) => ({
    ...owner,
    tenantId,
    id: uuidv7(),
    mediaFileId,
    isPublished: inPublished.has(mediaFileId),
  }));
  if (rows.length > 0) await tx.mediaUsage.createMany({ data: rows });
}
