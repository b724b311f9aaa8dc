/** SQL that reads the rows that cdx shows one by one. */
import type { RowSource } from '@metatron/prisma/capture/declare';
import { keysOutbox } from '@metatron/prisma/capture/names';

const shown = ({ columns }: RowSource): string =>
  Object.entries(columns)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ');

const filter = ({ onlyTenant }: RowSource): string =>
  onlyTenant === undefined ? '' : ` AND source.tenant_id = '${onlyTenant}'`;

/** The keys of the rows that changed, each once, and in the order of cdx's index: that way it is written page by page. */
const changedKeys = (source: RowSource): string =>
  `(SELECT DISTINCT tenant_id, unnest(ids) AS id FROM ${keysOutbox(source.table)}${followers(source)} ORDER BY 1, 2) AS changed`;

/** The rows that now point to something whose name has changed. */
const following = ({ table }: RowSource, by: string): string =>
  `(SELECT DISTINCT tenant_id, unnest(followed) AS id FROM ${keysOutbox(table)}) AS followed
     JOIN ${table} AS follower ON follower.tenant_id = followed.tenant_id AND follower.${by} = followed.id`;

const followers = (source: RowSource): string =>
  source.follows === undefined
    ? ''
    : ` UNION SELECT follower.tenant_id, follower.id FROM ${following(source, source.follows.by)}`;

/** How many keys there are, a row for each part of them. */
export const countKeys = (source: RowSource): string[] => [
  `SELECT cardinality(ids) FROM ${keysOutbox(source.table)}`,
  ...(source.follows === undefined ? [] : [`SELECT count(*)::integer FROM ${following(source, source.follows.by)}`]),
];

const byKey = (source: RowSource): string =>
  `FROM ${source.table} AS source WHERE source.tenant_id = changed.tenant_id AND source.id = changed.id${filter(source)}`;

/** The rows that changed, as they are now. */
export const changedRows = (source: RowSource): string =>
  `SELECT row.* FROM ${changedKeys(source)} CROSS JOIN LATERAL (SELECT ${shown(source)} ${byKey(source)}) AS row`;

/** The keys of those that are no longer there, or no longer shown. */
export const goneKeys = (source: RowSource): string =>
  `SELECT changed.tenant_id, changed.id FROM ${changedKeys(source)} WHERE NOT EXISTS (SELECT ${byKey(source)})`;

/** Both in one pass, as JSON each: `row`, or `gone` the key of one that is not. */
export const rowsAndGone = (source: RowSource): string =>
  `SELECT CASE WHEN row.id IS NOT NULL THEN row_to_json(row)::text END AS row,
          CASE WHEN row.id IS NULL THEN row_to_json(changed)::text END AS gone
     FROM ${changedKeys(source)} LEFT JOIN LATERAL (SELECT ${shown(source)} ${byKey(source)}) AS row ON true`;

export interface Chunk {
  /** A JSON array. */
  readonly rows: string | null;
  readonly count: number;
  /** The last id. */
  readonly last: string | null;
}

/** Of which table, and whether its first rows or further ones. */
export interface ChunkOf {
  readonly source: RowSource;
  readonly isFirst: boolean;
}

/** The next rows of a tenant in the order of their ids. $5 tenant, $6 how many at most, $7, but for the first, after which id. */
export const rowsInOrder = ({ source, isFirst }: ChunkOf): string => `
  SELECT json_agg(found)::text AS rows, count(*)::integer AS count, max(found.id::text) AS last FROM (
    SELECT ${shown(source)} FROM ${source.table} AS source
     WHERE source.tenant_id = $5${isFirst ? '' : ' AND source.id > $7::uuid'} ORDER BY source.tenant_id, source.id LIMIT $6) AS found`;

/** Audit entries are written once and never changed: they are their own outbox. */
export const AUDIT_COLUMNS =
  'tenant_id, id, at, actor_id, actor_role, on_behalf_of, action, object_type, object_id, before, after, request_id';
