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
  /** A bigint per row. */
  readonly value: string;
}

/** Money, which adds up only within one currency. */
export interface MoneyMeasure {
  readonly kind: 'money';
  /** A numeric per row. */
  readonly value: string;
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

/** A source table whose rows cdx shows, some columns of each. */
export interface RowSource {
  readonly table: string;
  readonly target: string;
  /** What a row is found by in cdx: `['tenant_id', 'id']`, unless its table has no tenant. */
  readonly key: readonly string[];
  /** Which rows are shown; a predicate over the row. */
  readonly where?: string;
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
export function count(where?: string): SumMeasure {
  return { kind: 'sum', value: where === undefined ? '1' : `CASE WHEN ${where} THEN 1 ELSE 0 END` };
}

export function sum(value: string, where: string): SumMeasure {
  return { kind: 'sum', value: `CASE WHEN ${where} THEN coalesce(${value}, 0) ELSE 0 END` };
}

export function sumByCurrency(value: string, where: string): MoneyMeasure {
  return { kind: 'money', value: `CASE WHEN ${where} THEN coalesce(${value}, 0) ELSE 0 END` };
}

export function max(value: string): MaxMeasure {
  return { kind: 'max', value };
}

/** Columns that are shown as they are. */
export function same(...columns: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map((column) => [column, `source.${column}`]));
}
