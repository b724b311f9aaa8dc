/** SQL that keeps the rows that cdx shows one by one. */
import { keyOfRow, type RowSource } from '@metatron/prisma/capture/declare';

import { PLACE } from './place.ts';

/** Puts the rows of a JSON array, in a statement that has a `won`. */
export function putRows(source: RowSource, parameter: number): string {
  const { target, columns } = source;
  const key = keyOfRow(source);
  const names = Object.keys(columns);
  const values = names.filter((name) => !key.includes(name));
  const list = (of: string): string => values.map((name) => `${of}.${name}`).join(', ');
  return `${target}_put AS (
    INSERT INTO ${target} AS target (${names.join(', ')})
    SELECT ${names.map((name) => `r.${name}`).join(', ')} FROM won, json_populate_recordset(NULL::${target}, $${String(parameter)}::json) AS r
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${values.map((name) => `${name} = excluded.${name}`).join(', ')}, synced_at = now()
      WHERE (${list('target')}) IS DISTINCT FROM (${list('excluded')}) RETURNING true)`;
}

/** Takes the rows of a JSON array of keys, likewise. */
export function takeRows(source: RowSource, parameter: number): string {
  const same = keyOfRow(source).map((name) => `t.${name} = g.${name}`);
  return `${source.target}_taken AS (
    DELETE FROM ${source.target} AS t USING won, json_to_recordset($${String(parameter)}::json) AS g (tenant_id text, id uuid) WHERE ${same.join(' AND ')})`;
}

const alone = (step: string): string => `WITH won AS (SELECT true), ${step} SELECT`;

/** Rows alone, in a transaction that ends with the checkpoint's: $1 is one array of them. */
export const putStatement = (source: RowSource): string => alone(putRows(source, 1));

/** Likewise for the keys of rows that are gone. */
export const takeStatement = (source: RowSource): string => alone(takeRows(source, 1));

/**
 * A tenant's rows from one id to another made what an array says, while nobody else applies anything.
 * $1 source, $2 the checkpoint's place, $3 the array, $4 tenant, $5 after which id (null: from the first), $6 up to
 * which (null: to the last). Gives one row with how many were different, or none.
 * @param puts without it only those go that the array has not.
 */
export function replaceStatement(source: RowSource, { puts }: { readonly puts: boolean }): string {
  const { target, onlyTenant } = source;
  const ofTenant = onlyTenant === undefined ? 't.tenant_id = $4' : '$4::text IS NOT NULL';
  const put = puts ? putRows(source, 3) : `${target}_put AS (SELECT WHERE false)`;
  return `WITH won AS (
    UPDATE sync_checkpoints SET generation = generation + 1 WHERE source = $1 AND ${PLACE} = $2 RETURNING true),
  ${put},
  gone AS (
    DELETE FROM ${target} t USING won WHERE ${ofTenant}
      AND ($5::uuid IS NULL OR t.id > $5) AND ($6::uuid IS NULL OR t.id <= $6)
      AND NOT EXISTS (SELECT FROM json_populate_recordset(NULL::${target}, $3::json) AS r WHERE r.id = t.id) RETURNING true)
SELECT ((SELECT count(*) FROM ${target}_put) + (SELECT count(*) FROM gone))::integer AS changed FROM won`;
}
