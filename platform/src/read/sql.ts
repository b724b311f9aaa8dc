import type { ListDeclaration, ListField } from '../sdl/expand.ts';
import { PublicError } from '../errors.ts';

import type { Cursor, Order, PageRequest } from './arguments.ts';
import { columnOf, type Table } from './table.ts';

/** Bound values of a statement; the text holds `$1`, `$2` … with their types. */
export class Parameters {
  readonly values: unknown[] = [];

  bind(value: unknown, type: string): string {
    this.values.push(value);
    return `$${String(this.values.length)}::${type}`;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (value: string): boolean => UUID.test(value);

/** @throws PublicError BAD_USER_INPUT for what is no UUID. */
export function requireUuid(value: string): string {
  if (!isUuid(value)) throw new PublicError('BAD_USER_INPUT', 'An id must be a UUID.');
  return value;
}

/** Tenants are named by slugs; every other id is a UUID. */
export const idType = (table: Table<unknown>): 'text' | 'uuid' => (table.tenancy === 'id' ? 'text' : 'uuid');

const SQL_TYPES: Readonly<Record<string, string>> = {
  String: 'text',
  ID: 'uuid',
  Boolean: 'boolean',
  Int: 'bigint',
  Decimal: 'numeric',
  DateTime: 'timestamptz',
  Date: 'date',
};

function sqlType(table: Table<unknown>, field: ListField): string {
  if (field.name === 'tenantId') return 'text';
  return field.name === 'id' ? idType(table) : (SQL_TYPES[field.kind] ?? 'text');
}

function checkValue(type: string, value: unknown): unknown {
  if (value === null)
    throw new PublicError('BAD_USER_INPUT', 'A filter compares with a value; ask for null with `isNull`.');
  if (value instanceof Date) return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString();
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed())
      throw new PublicError('BAD_USER_INPUT', 'A filter holds characters that no text can have.');
    if (type === 'uuid') return requireUuid(value);
  }
  return value;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

const COMPARE: Readonly<Record<string, string>> = {
  eq: '=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  not: 'IS DISTINCT FROM',
};
const MAX_IN = 100;

function condition(column: string, type: string, operator: string, value: unknown, parameters: Parameters): string {
  if (operator === 'isNull') return `${column} IS ${value === true ? '' : 'NOT '}NULL`;
  if (operator === 'in') {
    const values = value as unknown[];
    if (values.length > MAX_IN)
      throw new PublicError('BAD_USER_INPUT', `\`in\` takes at most ${String(MAX_IN)} values.`);
    return `${column} = ANY(${parameters.bind(
      values.map((item) => checkValue(type, item)),
      `${type}[]`,
    )})`;
  }
  const checked = checkValue(type, value);
  if (operator === 'contains') return `${column} ILIKE ${parameters.bind(`%${escapeLike(String(checked))}%`, 'text')}`;
  return `${column} ${COMPARE[operator] ?? '='} ${parameters.bind(checked, type)}`;
}

function filterConditions(
  table: Table<unknown>,
  list: ListDeclaration,
  filter: object,
  parameters: Parameters,
): string[] {
  return Object.entries(filter).flatMap(([name, operators]) => {
    const field = list.fields.get(name);
    if (field === undefined || operators === null || operators === undefined) return [];
    // For a table whose rows are tenants, the tenant is the row.
    const column = columnOf(name === 'tenantId' && table.tenancy === 'id' ? 'id' : name);
    return Object.entries(operators as object).map(([operator, value]) =>
      condition(column, sqlType(table, field), operator, value, parameters),
    );
  });
}

/**
 * Everything after the cursor, in the ordering (value, id) with PostgreSQL's own place for nulls:
 * beyond every value. Survives ties and rows inserted meanwhile.
 */
function cursorCondition(
  table: Table<unknown>,
  { field, descending }: Order,
  cursor: Cursor,
  parameters: Parameters,
): string {
  const column = columnOf(field.name);
  const operator = descending ? '<' : '>';
  const type = idType(table);
  const id = parameters.bind(type === 'uuid' ? requireUuid(cursor.id) : cursor.id, type);
  if (cursor.value === null) {
    const sameNull = `(${column} IS NULL AND "id" ${operator} ${id})`;
    return descending ? `(${sameNull} OR ${column} IS NOT NULL)` : sameNull;
  }
  const value = parameters.bind(cursor.value, sqlType(table, field));
  const after = `(${column}, "id") ${operator} (${value}, ${id})`;
  if (!field.nullable) return after;
  return descending ? after : `(${after} OR ${column} IS NULL)`;
}

/** Whose rows a statement may see; PostgreSQL's row security says the same again. */
export interface Scope {
  /** The tenant; undefined for callers that cross tenants. */
  readonly tenantId: string | undefined;
  /** The person, where only personal rows are theirs. */
  readonly personId: string | undefined;
  /** The personal tables of the domain, each with the column that names the person. */
  readonly personal: Readonly<Record<string, string>>;
  /** Whether only what is published is seen. */
  readonly publishedOnly: boolean;
}

export function scopeConditions(
  table: Table<unknown>,
  { tenantId, personId, personal }: Scope,
  parameters: Parameters,
): string[] {
  const conditions: string[] = [];
  if (tenantId !== undefined && table.tenancy !== 'none') {
    const tenant = parameters.bind(tenantId, 'text');
    if (table.tenancy === 'shared') conditions.push(`("tenant_id" = ${tenant} OR "tenant_id" IS NULL)`);
    else conditions.push(`${table.tenancy === 'id' ? '"id"' : '"tenant_id"'} = ${tenant}`);
  }
  const person = personal[table.name];
  if (personId !== undefined && person !== undefined) {
    conditions.push(`"${person}" = ${parameters.bind(personId, 'uuid')}`);
  }
  if (table.live !== undefined) conditions.push(table.live);
  return conditions;
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;

export const selectList = (table: Table<unknown>): string =>
  table.fields.map((field) => `${columnOf(field)} AS "${field}"`).join(', ');

const fromOf = ({ name, source }: Table<unknown>, parameters: Parameters): string =>
  source === undefined ? `"${name}"` : `(${source.query(parameters.bind(source.value, 'text'))}) AS "${name}"`;

export interface ListQuery {
  readonly table: Table<unknown>;
  readonly list: ListDeclaration;
  readonly page: PageRequest;
  readonly scope: Scope;
  /** Further conditions, such as the parent's: column and SQL expression. */
  readonly given: readonly string[];
}

/** One page and one row more, which tells whether there is a further page. */
export function pageStatement({ table, list, page, scope, given }: ListQuery, parameters: Parameters): string {
  // Reading backward is reading forward in the opposite order.
  const order: Order = { field: page.order.field, descending: page.order.descending !== page.backward };
  const conditions = [
    ...scopeConditions(table, scope, parameters),
    ...given,
    ...filterConditions(table, list, page.filter, parameters),
    ...(page.cursor === undefined ? [] : [cursorCondition(table, order, page.cursor, parameters)]),
  ];
  const direction = order.descending ? 'DESC' : 'ASC';
  const by =
    order.field.name === 'id' ? `"id" ${direction}` : `${columnOf(order.field.name)} ${direction}, "id" ${direction}`;
  return `SELECT ${selectList(table)} FROM ${fromOf(table, parameters)}${where(conditions)} ORDER BY ${by} LIMIT ${String(page.limit + 1)}`;
}

export function countStatement({ table, list, page, scope, given }: ListQuery, parameters: Parameters): string {
  const conditions = [
    ...scopeConditions(table, scope, parameters),
    ...given,
    ...filterConditions(table, list, page.filter, parameters),
  ];
  return `SELECT count(*)::int AS "count" FROM ${fromOf(table, parameters)}${where(conditions)}`;
}
