/** The lineage of cdx's columns, as the declarations have it, kept where superadmins ask for it. */
import { lineageRows, namespaceOf } from '@metatron/prisma/capture/lineage';

import type { Source } from './relay/source.ts';

const PUT = `
INSERT INTO data_lineage (id, source_namespace, source_dataset, source_column, target_namespace, target_dataset, target_column,
                          transformation, transformation_subtype, description, job)
SELECT e.* FROM jsonb_to_recordset($1::jsonb) AS e (
  id uuid, source_namespace text, source_dataset text, source_column text, target_namespace text, target_dataset text,
  target_column text, transformation text, transformation_subtype text, description text, job text)
ON CONFLICT (id) DO UPDATE SET description = excluded.description, updated_at = now()
  WHERE data_lineage.description IS DISTINCT FROM excluded.description`;

const TAKE = 'DELETE FROM data_lineage WHERE source_namespace = $1 AND id <> ALL ($2::uuid[])';

/** Makes what cdx says of a source's lineage equal to the declarations. */
export async function recordLineage({ name, capture, cdx }: Source): Promise<void> {
  const rows = lineageRows(capture);
  await cdx.query(TAKE, [namespaceOf(name), rows.map(({ id }) => id)]);
  await cdx.query(PUT, [JSON.stringify(rows)]);
}
