/** SQL over one aggregate table of cdx, as steps of a statement that has a `won`. */
import type { Measure } from '@metatron/prisma/capture/declare';
import { loweredColumn } from '@metatron/prisma/capture/names';

import { keyOf, measuresOf, type Target } from './targets.ts';

/** Which parameters of the statement mean what; `$1` is the source's name. */
export interface References {
  /** The source's time up to which nothing is missing with this. */
  readonly through: string;
  /** The tenants whose totals are taken anew. */
  readonly loaded: string;
  /** The only tenants that are applied; all unless told. */
  readonly only?: string;
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

const deltaOf = ({ table }: Target): string => `${table}_delta`;
const namesOf = (target: Target): string[] => measuresOf(target).map(([name]) => name);
const list = (target: Target, of: string): string =>
  namesOf(target)
    .map((name) => `${of}.${name}`)
    .join(', ');

function assignment(target: Target, name: string, { kind }: Measure, { loaded }: References): string {
  const replaced = `${name} = CASE WHEN excluded.tenant_id = ANY (${loaded}) THEN excluded.${name}`;
  if (kind !== 'max') return `${replaced} ELSE target.${name} + excluded.${name} END`;
  const lowered = `(SELECT d.${loweredColumn(name)} FROM ${deltaOf(target)} d WHERE d.tenant_id = excluded.tenant_id)`;
  return `${replaced} WHEN ${lowered} THEN excluded.${name} ELSE greatest(target.${name}, excluded.${name}) END`;
}

/** Totals that are taken anew and found the same are no change. */
function lastChange(target: Target, { loaded }: References): string {
  const isSame =
    namesOf(target).length === 0
      ? 'true'
      : `(${list(target, 'target')}) IS NOT DISTINCT FROM (${list(target, 'excluded')})`;
  return `last_change_at = CASE WHEN excluded.tenant_id = ANY (${loaded}) AND ${isSame}
      THEN target.last_change_at ELSE greatest(target.last_change_at, excluded.last_change_at) END`;
}

function assignments(target: Target, references: References): string[] {
  const measures = measuresOf(target).map(([name, measure]) => assignment(target, name, measure, references));
  if (target.byCurrency) return measures;
  const through = 'complete_through = coalesce(excluded.complete_through, target.complete_through)';
  return [...measures, lastChange(target, references), through];
}

/** Deltas of tenants that are behind count for nothing: their totals are still to be taken. */
const counts = ({ loaded, only }: References): string => `(d.tenant_id = ANY (${loaded}) OR NOT EXISTS (
      SELECT FROM sync_loads l WHERE l.source = $1 AND l.tenant_id = d.tenant_id AND l.is_behind AND l.target IS NULL))${
        only === undefined ? '' : ` AND d.tenant_id = ANY (${only})`
      }`;

/** Adds what a JSON array says, which is the parameter of this number. */
export function addTotals(target: Target, parameter: number, references: References): string[] {
  const names = [...keyOf(target), ...namesOf(target)];
  const columns = target.byCurrency ? names : [...names, 'last_change_at', 'complete_through'];
  const values = target.byCurrency ? names : [...names, 'last_change_at', `${references.through}::timestamptz`];
  const records = `json_to_recordset($${String(parameter)}::json) AS d (${recordColumns(target).join(', ')})`;
  return [
    `${deltaOf(target)} AS MATERIALIZED (SELECT d.* FROM won, ${records} WHERE ${counts(references)})`,
    `${target.table}_added AS (
    INSERT INTO ${target.table} AS target (${columns.join(', ')})
    SELECT ${values.join(', ')} FROM ${deltaOf(target)}
    ON CONFLICT (${keyOf(target).join(', ')}) DO UPDATE SET ${assignments(target, references).join(',\n      ')})`,
  ];
}

/** A tenant that is taken anew keeps nothing that its rows do not say. */
export function takeTotals(target: Target, { loaded, only }: References): string {
  const same = keyOf(target).map((name) => `d.${name} = t.${name}`);
  const among = only === undefined ? '' : ` AND t.tenant_id = ANY (${only})`;
  return `${target.table}_taken AS (
    DELETE FROM ${target.table} t USING won WHERE t.tenant_id = ANY (${loaded})${among}
      AND NOT EXISTS (SELECT FROM ${deltaOf(target)} d WHERE ${same.join(' AND ')}))`;
}

const isSomething = (target: Target): string =>
  measuresOf(target)
    .map(([name, { kind }]) => (kind === 'max' ? `${name} IS NOT NULL` : `${name} <> 0`))
    .join(' OR ');

/**
 * A query for how many rows were other than their sources say, of tenants that were not known to be
 * behind. A row of zeros says what none says.
 */
export function countDrift(target: Target, { loaded }: References): string {
  if (namesOf(target).length === 0) return 'SELECT 0';
  const columns = [...keyOf(target), ...namesOf(target)].join(', ');
  const of = `tenant_id = ANY (${loaded}) AND (${isSomething(target)})`;
  const should = `SELECT ${columns} FROM ${deltaOf(target)} WHERE ${of}`;
  const is = `SELECT ${columns} FROM ${target.table} WHERE ${of}`;
  return `SELECT count(DISTINCT (${keyOf(target).join(', ')})) FROM ((${should} EXCEPT ${is}) UNION ALL (${is} EXCEPT ${should})) AS other
    WHERE NOT EXISTS (SELECT FROM sync_loads l WHERE l.source = $1 AND l.tenant_id = other.tenant_id AND l.is_behind)`;
}
