/** The aggregate tables of cdx that a domain feeds; several of its tables may feed one. */
import type { AggregateSource, Capture, Measure } from '@metatron/prisma/capture/declare';

/** What one source table contributes to one aggregate table. */
export interface Part {
  readonly source: AggregateSource;
  readonly measures: Readonly<Record<string, Measure>>;
}

export interface Target {
  readonly table: string;
  /** With a row per currency, or one row per tenant. */
  readonly byCurrency: boolean;
  readonly parts: readonly Part[];
}

/** Every measure of a target, in one order. */
export const measuresOf = ({ parts }: Target): (readonly [string, Measure])[] =>
  parts.flatMap(({ measures }) => Object.entries(measures));

export const keyOf = ({ byCurrency }: Target): readonly string[] =>
  byCurrency ? ['tenant_id', 'currency'] : ['tenant_id'];

function partOf(source: AggregateSource, byCurrency: boolean): Part {
  const own = Object.entries(source.measures).filter(([, { kind }]) => (kind === 'money') === byCurrency);
  return { source, measures: Object.fromEntries(own) };
}

export function targetsOf({ aggregates }: Capture): readonly Target[] {
  const summaries = [...new Set(aggregates.map(({ summary }) => summary))];
  const monies = [...new Set(aggregates.flatMap(({ money }) => money ?? []))];
  return [
    // A source of money alone feeds the summary too: it says when the tenant last changed.
    ...summaries.map((table) => ({
      table,
      byCurrency: false,
      parts: aggregates.filter(({ summary }) => summary === table).map((source) => partOf(source, false)),
    })),
    ...monies.map((table) => ({
      table,
      byCurrency: true,
      parts: aggregates.filter(({ money }) => money === table).map((source) => partOf(source, true)),
    })),
  ];
}
