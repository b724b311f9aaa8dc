/** SQL that adds up the rows of a target's sources: their deltas, or for tenants taken anew the rows themselves. */
import { valueOf, type Measure } from '@metatron/prisma/capture/declare';
import { deltasOutbox, loweredColumn } from '@metatron/prisma/capture/names';

import { measuresOf, type Part, type Target } from './targets.ts';

type Basis = 'deltas' | 'rows';

/** Of which tenants the rows are added up, as SQL for an array; of all others the deltas. */
export type Loaded = `$${number}::text[]`;

const neutral = ({ kind }: Measure): string => (kind === 'max' ? 'NULL::timestamptz' : '0');

function contribution(name: string, measure: Measure, part: Part, basis: Basis): string {
  const own = part.measures[name];
  const value = own === undefined ? neutral(measure) : basis === 'deltas' ? name : valueOf(own);
  if (measure.kind !== 'max') return `${value} AS ${name}`;
  const lowered = own !== undefined && basis === 'deltas' ? loweredColumn(name) : 'false';
  return `${value} AS ${name}, ${lowered} AS ${loweredColumn(name)}`;
}

/** One source's rows in the shape that all of a target's sources share. */
function contributions(target: Target, part: Part, basis: Basis, loaded: Loaded | undefined): string {
  const { table, currency } = part.source;
  const columns = measuresOf(target).map(([name, measure]) => contribution(name, measure, part, basis));
  const shared = [
    'tenant_id',
    ...(target.byCurrency ? [basis === 'deltas' ? 'currency' : `${currency ?? 'NULL'} AS currency`] : []),
  ];
  const at = basis === 'deltas' ? 'at' : 'NULL::timestamptz AS at';
  const of = loaded === undefined ? '' : ` WHERE tenant_id ${basis === 'rows' ? '= ANY' : '<> ALL'} (${loaded})`;
  return `SELECT ${[...shared, at, ...columns].join(', ')} FROM ${basis === 'deltas' ? deltasOutbox(table) : table}${of}`;
}

function total(name: string, measure: Measure, table: string): string {
  if (measure.kind !== 'max') return `sum(${name}) AS ${name}`;
  const lowered = `bool_or(${loweredColumn(name)})`;
  // Read again in the same snapshot: no delta says what is now the largest.
  const again = `(SELECT max(${measure.value}) FROM ${table} WHERE ${table}.tenant_id = changes.tenant_id)`;
  return `CASE WHEN ${lowered} THEN ${again} ELSE max(${name}) END AS ${name}, ${lowered} AS ${loweredColumn(name)}`;
}

/** A query with one row per key of the target. */
export function collapse(target: Target, loaded?: Loaded): string {
  const key = target.byCurrency ? 'tenant_id, currency' : 'tenant_id';
  const totals = target.parts.flatMap(({ source, measures }) =>
    Object.entries(measures).map(([name, measure]) => total(name, measure, source.table)),
  );
  const last = target.byCurrency ? [] : ['max(at) AS last_change_at'];
  const something = measuresOf(target).map(([name]) => `sum(${name}) <> 0`);
  const bases: readonly Basis[] = loaded === undefined ? ['deltas'] : ['deltas', 'rows'];
  const changes = bases.flatMap((basis) => target.parts.map((part) => contributions(target, part, basis, loaded)));
  return `SELECT ${[key, ...totals, ...last].join(', ')}
    FROM (${changes.join('\n      UNION ALL ')}) AS changes
    GROUP BY ${key}${target.byCurrency ? ` HAVING ${something.join(' OR ')}` : ''}`;
}
