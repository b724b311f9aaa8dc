/** Where each column of cdx comes from, read off the declarations, in OpenLineage's terms (openlineage.io, column-level lineage facet). */
import type { Domain } from '@metatron/platform/domains';
import { v5 as uuidv5 } from 'uuid';

import { keyOfRow, type AggregateSource, type Capture, type Measure, type RowSource } from './declare.ts';

type Subtype = 'identity' | 'transformation' | 'aggregation' | 'join' | 'group_by' | 'filter';

/** `direct`: the value is made from the source; `indirect`: the source decides what it is made of. */
export interface LineageEdge {
  readonly source: { readonly namespace: string; readonly dataset: string; readonly column: string | null };
  readonly target: { readonly namespace: string; readonly dataset: string; readonly column: string };
  readonly transformation: 'direct' | 'indirect';
  readonly subtype: Subtype;
  readonly description: string;
}

/** A namespace is a database, by the name that it has when it is embedded. */
export const namespaceOf = (domain: Domain): string => `metatron_${domain}`;

/** Lower-case words of an expression that are neither in quotes nor called: keywords are written in upper case. */
const columnsOf = (expression: string): string[] => [
  ...new Set(expression.replaceAll(/'[^']*'/g, '').match(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/g) ?? []),
];

interface Words {
  readonly column: string | null;
  readonly subtype: Subtype;
  readonly description: string;
}

const isDirect = (subtype: Subtype): boolean => ['identity', 'transformation', 'aggregation'].includes(subtype);

const edge = (domain: Domain, dataset: string, target: readonly [string, string], words: Words): LineageEdge => ({
  source: { namespace: namespaceOf(domain), dataset, column: words.column },
  target: { namespace: namespaceOf('cdx'), dataset: target[0], column: target[1] },
  transformation: isDirect(words.subtype) ? 'direct' : 'indirect',
  subtype: words.subtype,
  description: words.description,
});

const NAMES: Readonly<Record<Measure['kind'], string>> = {
  sum: 'The sum of',
  money: 'The sum by currency of',
  max: 'The latest',
};

function wordsOf(measure: Measure): Words[] {
  const where = 'where' in measure ? measure.where : undefined;
  const isCount = measure.value === '1';
  const what = isCount ? 'How many rows' : `${NAMES[measure.kind]} ${measure.value}`;
  const description = where === undefined ? what : `${what}, where ${where}`;
  const values = isCount ? [null] : columnsOf(measure.value);
  return [
    ...values.map((column): Words => ({ column, subtype: 'aggregation', description })),
    ...columnsOf(where ?? '').map((column): Words => ({ column, subtype: 'filter', description })),
  ];
}

function ofAggregate(domain: Domain, { table, summary, money, currency, measures }: AggregateSource): LineageEdge[] {
  const key = (target: string, column: string, from: string, description: string): LineageEdge =>
    edge(domain, table, [target, column], { column: from, subtype: 'group_by', description });
  const targetOf = ({ kind }: Measure): string => (kind === 'money' ? (money ?? summary) : summary);
  const own = Object.entries(measures).flatMap(([name, measure]) =>
    wordsOf(measure).map((words) => edge(domain, table, [targetOf(measure), name], words)),
  );
  const targets = [...new Set(Object.values(measures).map(targetOf))];
  const tenants = targets.map((target) => key(target, 'tenant_id', 'tenant_id', 'One row per tenant'));
  const byCurrency =
    money === undefined || currency === undefined
      ? []
      : [key(money, 'currency', currency, 'Amounts of two currencies are not added')];
  return [...own, ...tenants, ...byCurrency];
}

function ofRow(domain: Domain, { table, target, columns, onlyTenant, follows }: RowSource): LineageEdge[] {
  const own = Object.entries(columns).flatMap(([name, value]): LineageEdge[] => {
    const same = /^source\.(\w+)$/.exec(value)?.[1];
    if (same !== undefined)
      return [edge(domain, table, [target, name], { column: same, subtype: 'identity', description: 'As it is' })];
    if (follows === undefined) return [];
    return [
      edge(domain, follows.table, [target, name], {
        column: follows.column,
        subtype: 'identity',
        description: `The ${follows.column} of what ${follows.by} points to`,
      }),
      edge(domain, table, [target, name], {
        column: follows.by,
        subtype: 'join',
        description: `Points to ${follows.table}`,
      }),
    ];
  });
  if (onlyTenant === undefined) return own;
  const shown: Words = {
    column: 'tenant_id',
    subtype: 'filter',
    description: `Rows of the tenant ${onlyTenant} alone`,
  };
  return [
    ...own,
    ...keyOfRow({ table, target, columns, onlyTenant }).map((name) => edge(domain, table, [target, name], shown)),
  ];
}

/** Every edge from a domain's tables to cdx. */
export const lineageOf = ({ domain, aggregates, rows }: Capture): LineageEdge[] => [
  ...aggregates.flatMap((source) => ofAggregate(domain, source)),
  ...rows.flatMap((source) => ofRow(domain, source)),
];

/** Of the ids that derive from what an edge connects. */
const NAMESPACE = 'b7c1f0f4-94b5-4a0e-8c1d-64a1b7a5f2d3';

function rowOf({ source, target, transformation, subtype, description }: LineageEdge) {
  const connects = [source.namespace, source.dataset, source.column, target.dataset, target.column, subtype];
  return {
    id: uuidv5(connects.join(' '), NAMESPACE),
    source_namespace: source.namespace,
    source_dataset: source.dataset,
    source_column: source.column,
    target_namespace: target.namespace,
    target_dataset: target.dataset,
    target_column: target.column,
    transformation,
    transformation_subtype: subtype,
    description,
    job: 'drain',
  };
}

/** The same as rows of cdx's `data_lineage`. */
export const lineageRows = (capture: Capture) => lineageOf(capture).map(rowOf);
