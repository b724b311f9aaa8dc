import type { Decimal } from 'decimal.js';

/** A query that stands behind a table's name, with a value of its own, such as the currency that its amounts are in. */
export interface Source {
  readonly value: string;
  /** @param bound the value's place in the statement */
  query(bound: string): string;
}

/**
 * A table as the API reads it. `Row` is Prisma's model type: the columns are selected under
 * Prisma's field names and arrive with Prisma's JavaScript types.
 */
export interface Table<Row> {
  /** The GraphQL type of a row. */
  readonly type: string;
  /** The table's or view's name in SQL. */
  readonly name: string;
  /** Prisma's names of the columns; in SQL each is the same in snake_case. */
  readonly fields: readonly string[];
  /** Whose rows these are. `column`: `tenant_id` names the tenant; `id`: a row is a tenant; `shared`: `tenant_id` or nobody's; `none`: the platform's. */
  readonly tenancy: 'column' | 'id' | 'shared' | 'none';
  /** A condition in SQL that holds for every row that the API shows. */
  readonly live: string | undefined;
  /** The view with the same columns that callers read who see only what is published. */
  readonly published: string | undefined;
  /** What lists are read from in place of the table. */
  readonly source?: Source;
  /** Phantom: ties the table to its row type. */
  readonly row?: Row;
}

export interface TableOptions {
  readonly tenancy?: Table<never>['tenancy'];
  readonly live?: string;
  readonly published?: string;
  /** Fields that are never selected, such as hashes. */
  readonly without?: readonly string[];
}

/**
 * @param type the GraphQL type of a row
 * @param name the table in SQL
 * @param fields Prisma's `…ScalarFieldEnum` of the model
 */
export function defineTable<Row>(
  type: string,
  name: string,
  fields: Readonly<Record<string, string>>,
  options: TableOptions = {},
): Table<Row> {
  const { tenancy = 'column', live, published, without = [] } = options;
  return {
    type,
    name,
    fields: Object.values(fields).filter((field) => !without.includes(field)),
    tenancy,
    live,
    published,
  };
}

const columns = new Map<string, string>();

/** The column of a field that a table or a list declares. */
export function columnOf(field: string): string {
  const known = columns.get(field);
  if (known !== undefined) return known;
  const column = `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;
  columns.set(field, column);
  return column;
}

/** A value that a row's column can have once Prisma has read it. */
export type Cell = string | number | bigint | boolean | Date | Decimal | object | null | undefined;
