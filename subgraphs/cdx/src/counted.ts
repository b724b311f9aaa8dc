/** A row whose counts are numbers: none of them comes near 2^53. */
export type Counted<Row> = { readonly [Field in keyof Row]: Row[Field] extends bigint ? number : Row[Field] };

/** PostgreSQL's bigints arrive as BigInt, which GraphQL's Int does not take. */
export function counted<Row extends object>(row: Row): Counted<Row> {
  const entries = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.fromEntries(entries) as Counted<Row>;
}
