/**
 * What the relay does to cdx in one statement: move the checkpoint from the generation it read, and
 * with it, or not at all, add the deltas, put the changed rows, take the gone ones, chain the audit
 * entries. Whoever finds another generation changes nothing.
 *
 * $1 source, $2 generation, $3 snapshot, $4 complete through, $5 lag in ms, $6 backlog, $7 the audit
 * entries; from $8 on one JSON array per table, in the order of `applyParameters`.
 */
import type { Capture, Measure, RowSource } from '@metatron/prisma/capture/declare';
import { loweredColumn } from '@metatron/prisma/capture/names';

import { keyOf, measuresOf, targetsOf, type Target } from './targets.ts';

const FIRST_JSON = 8;

/** Which arrays the statement takes, by their names in a poll. */
export function applyParameters(capture: Capture): (`totals_${string}` | `rows_${string}` | `gone_${string}`)[] {
  return [
    ...targetsOf(capture).map(({ table }) => `totals_${table}` as const),
    ...capture.rows.flatMap(({ target }) => [`rows_${target}` as const, `gone_${target}` as const]),
  ];
}

const TYPES: Readonly<Record<Measure['kind'], string>> = { sum: 'bigint', money: 'numeric', max: 'timestamptz' };

function recordColumns(target: Target): string[] {
  const measures = measuresOf(target).flatMap(([name, { kind }]) => [
    `${name} ${TYPES[kind]}`,
    ...(kind === 'max' ? [`${loweredColumn(name)} boolean`] : []),
  ]);
  return [
    ...keyOf(target).map((name) => `${name} text`),
    ...measures,
    ...(target.byCurrency ? [] : ['last_change_at timestamptz']),
  ];
}

function assignment(name: string, { kind }: Measure): string {
  if (kind !== 'max') return `${name} = target.${name} + excluded.${name}`;
  return `${name} = CASE WHEN (SELECT d.${loweredColumn(name)} FROM delta d WHERE d.tenant_id = excluded.tenant_id)
      THEN excluded.${name} ELSE greatest(target.${name}, excluded.${name}) END`;
}

function addTotals(target: Target, parameter: number): string[] {
  const measures = measuresOf(target);
  const names = measures.map(([name]) => name);
  const key = keyOf(target);
  const times = target.byCurrency ? [] : ['last_change_at'];
  const delta = `${target.table}_delta`;
  const sets = measures.map(([name, measure]) => assignment(name, measure).replaceAll('FROM delta', `FROM ${delta}`));
  const timeSets = target.byCurrency
    ? []
    : [
        'last_change_at = greatest(target.last_change_at, excluded.last_change_at)',
        'complete_through = excluded.complete_through',
      ];
  return [
    `${delta} AS MATERIALIZED (SELECT d.* FROM won, json_to_recordset($${String(parameter)}::json) AS d (${recordColumns(target).join(', ')}))`,
    `${target.table}_added AS (
    INSERT INTO ${target.table} AS target (${[...key, ...names, ...times, ...(target.byCurrency ? [] : ['complete_through'])].join(', ')})
    SELECT ${[...key, ...names, ...times, ...(target.byCurrency ? [] : ['$4::timestamptz'])].join(', ')} FROM ${delta}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${[...sets, ...timeSets].join(',\n      ')})`,
  ];
}

function putRows({ target, key, columns }: RowSource, parameter: number): string {
  const names = Object.keys(columns);
  const sets = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  return `${target}_put AS (
    INSERT INTO ${target} (${names.join(', ')})
    SELECT ${names.map((name) => `r.${name}`).join(', ')} FROM won, json_populate_recordset(NULL::${target}, $${String(parameter)}::json) AS r
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${sets.join(', ')}, synced_at = now())`;
}

function takeRows({ target, key }: RowSource, parameter: number): string {
  const same = key.map((name) => `t.${name} = g.${name}`);
  return `${target}_taken AS (
    DELETE FROM ${target} AS t USING won, json_to_recordset($${String(parameter)}::json) AS g (tenant_id text, id uuid) WHERE ${same.join(' AND ')})`;
}

/** Rows alone, in a transaction that ends with the statement above: $1 is one array of them. */
export const putStatement = (source: RowSource): string => `WITH won AS (SELECT true), ${putRows(source, 1)} SELECT`;

/** Likewise for the keys of rows that are gone. */
export const takeStatement = (source: RowSource): string => `WITH won AS (SELECT true), ${takeRows(source, 1)} SELECT`;

export function applyStatement(capture: Capture): string {
  const parameters = applyParameters(capture);
  const numberOf = (name: (typeof parameters)[number]): number => FIRST_JSON + parameters.indexOf(name);
  const steps = [
    ...targetsOf(capture).flatMap((target) => addTotals(target, numberOf(`totals_${target.table}`))),
    ...capture.rows.flatMap((source) => [
      putRows(source, numberOf(`rows_${source.target}`)),
      takeRows(source, numberOf(`gone_${source.target}`)),
    ]),
  ];
  return `WITH won AS (
    UPDATE sync_checkpoints SET generation = generation + 1, snapshot = $3::text, complete_through = $4::timestamptz, lag_ms = $5, backlog = $6,
      position = pg_snapshot_xmin($3::text::pg_snapshot)::text::bigint, drained_at = now(), updated_at = now(), last_error = NULL
    WHERE source = $1 AND generation = $2 RETURNING true)${steps.map((step) => `,\n  ${step}`).join('')}
SELECT audit_log_append($1, coalesce($7::jsonb, '[]')) FROM won`;
}
