/**
 * What cdx keeps of a domain, declared once beside the domain's migrations. The triggers, the
 * relay's statements and the recompute are all made from these declarations, so they cannot differ.
 *
 * Expressions are SQL over one row of the source table, by its column names. They must be total: an
 * expression that can fail would fail the business write that fires the trigger.
 */
import type { Domain } from '@metatron/platform/domains';

/** Kept by deltas: rows that are there count for, rows that are gone count against. */
export interface SumMeasure {
  readonly kind: 'sum';
  /** A bigint per row, or null. */
  readonly value: string;
  /** Which rows count; all unless told. */
  readonly where?: string;
}

/** Money, which adds up only within one currency. */
export interface MoneyMeasure {
  readonly kind: 'money';
  /** A numeric per row, or null. */
  readonly value: string;
  readonly where?: string;
}

/** The latest instant. When the latest row goes, the relay looks again: no delta could tell it. */
export interface MaxMeasure {
  readonly kind: 'max';
  /** A timestamptz per row, or null. */
  readonly value: string;
}

export type Measure = SumMeasure | MoneyMeasure | MaxMeasure;

/** A source table whose rows are summed up per tenant. */
export interface AggregateSource {
  readonly table: string;
  /** The table of cdx with one row per tenant. */
  readonly summary: string;
  /** Its companion with one row per tenant and currency, for the money measures. */
  readonly money?: string;
  /** The column that holds the row's currency. */
  readonly currency?: string;
  /** By the column of the summary (or of the companion). */
  readonly measures: Readonly<Record<string, Measure>>;
}

/** Another table that rows are shown with a column of. */
export interface Followed {
  readonly table: string;
  readonly column: string;
  /** The rows' column that holds the other's id, within the tenant. */
  readonly by: string;
}

/** A source table whose rows cdx shows, some columns of each. */
export interface RowSource {
  readonly table: string;
  readonly target: string;
  /** The one tenant whose rows are shown, in a table of cdx without a tenant's column; else all tenants'. */
  readonly onlyTenant?: string;
  /** When the column changes there, the rows that point to it have changed. */
  readonly follows?: Followed;
  /** Column of the target → SQL over the row, called `source`. */
  readonly columns: Readonly<Record<string, string>>;
}

/** All that is captured from one domain's database. */
export interface Capture {
  readonly domain: Domain;
  readonly aggregates: readonly AggregateSource[];
  readonly rows: readonly RowSource[];
}

/** How many rows there are, or how many fulfil a predicate. */
export const count = (where?: string): SumMeasure => ({
  kind: 'sum',
  value: '1',
  ...(where !== undefined && { where }),
});

export const sum = (value: string, where: string): SumMeasure => ({ kind: 'sum', value, where });

export const sumByCurrency = (value: string, where: string): MoneyMeasure => ({ kind: 'money', value, where });

export const max = (value: string): MaxMeasure => ({ kind: 'max', value });

/** What one row adds to a measure, as SQL; never null for what is summed up. */
export function valueOf(measure: Measure): string {
  if (measure.kind === 'max') return measure.value;
  const { value, where } = measure;
  const own = value === '1' ? value : `coalesce(${value}, 0)`;
  return where === undefined ? own : `CASE WHEN ${where} THEN ${own} ELSE 0 END`;
}

/** What a row is found by in cdx. */
export const keyOfRow = ({ onlyTenant }: RowSource): readonly string[] =>
  onlyTenant === undefined ? ['tenant_id', 'id'] : ['id'];

/** Columns that are shown as they are. */
export function same(...columns: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map((column) => [column, `source.${column}`]));
}
