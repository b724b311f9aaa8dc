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
const changedKeys = ({ table }: RowSource): string =>
  `(SELECT DISTINCT tenant_id, unnest(ids) AS id FROM ${keysOutbox(table)} ORDER BY 1, 2) AS changed`;

const byKey = (source: RowSource): string =>
  `FROM ${source.table} AS source WHERE source.tenant_id = changed.tenant_id AND source.id = changed.id${filter(source)}`;

/** The rows that changed, as they are now. */
export const changedRows = (source: RowSource): string =>
  `SELECT row.* FROM ${changedKeys(source)} CROSS JOIN LATERAL (SELECT ${shown(source)} ${byKey(source)}) AS row`;

/** The keys of those that are no longer there, or no longer shown. */
export const goneKeys = (source: RowSource): string =>
  `SELECT changed.tenant_id, changed.id FROM ${changedKeys(source)} WHERE NOT EXISTS (SELECT ${byKey(source)})`;

/**
 * The next rows of a tenant in the order of their ids, as JSON, and the last of these ids.
 * $1 tenant, $2 after which id (null: from the first), $3 how many at most.
 */
export const rowsInOrder = (source: RowSource): string => `
WITH found AS (
  SELECT ${shown(source)} FROM ${source.table} AS source
   WHERE source.tenant_id = $1 AND ($2::uuid IS NULL OR source.id > $2) ORDER BY source.tenant_id, source.id LIMIT $3)
SELECT json_agg(found)::text AS rows, count(*)::integer AS count, max(found.id::text) AS last FROM found`;

/** Audit entries are written once and never changed: they are their own outbox. */
export const AUDIT_COLUMNS =
  'tenant_id, id, at, actor_id, actor_role, on_behalf_of, action, object_type, object_id, before, after, request_id';
