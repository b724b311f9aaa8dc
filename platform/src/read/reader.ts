/**
 * The one way in which the API reads: rows by id, lists, and lists under a parent, each batched so
 * that a page costs a constant number of statements. Scoped to the caller once, here.
 */
import DataLoader from 'dataloader';

import type { ListDeclaration } from '../sdl/expand.ts';

import { encodeCursor, readListArguments, type ListArguments, type PageRequest } from './arguments.ts';
import {
  countStatement,
  idType,
  Parameters,
  pageStatement,
  requireUuid,
  scopeConditions,
  selectList,
  type Scope,
} from './sql.ts';
import { columnOf, type Cell, type Table } from './table.ts';

/** What of a Prisma client reading needs: raw SQL with bound values. */
export interface RawClient {
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): PromiseLike<T>;
}

/** A Relay connection; `totalCount` is a thunk that GraphQL calls only when it is selected. */
export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: () => Promise<number>;
}

type AnyRow = Readonly<Record<string, Cell>>;

/** Prisma's Decimals print themselves, as numbers and ids do. */
const textOf = (cell: Cell): string => (cell as string | number | bigint).toString();

function orderValue(row: AnyRow, { order }: PageRequest): string | null {
  const value = row[order.field.name];
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : textOf(value);
}

function toConnection<Row>(
  page: PageRequest,
  rows: readonly Row[],
  totalCount: () => Promise<number>,
): Connection<Row> {
  const further = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.backward) kept.reverse();
  const edges = kept.map((node) => {
    const row = node as unknown as AnyRow;
    return { node, cursor: encodeCursor(page.order, { value: orderValue(row, page), id: textOf(row['id']) }) };
  });
  const cameFrom = page.cursor !== undefined;
  return {
    edges,
    pageInfo: {
      hasNextPage: page.backward ? cameFrom : further,
      hasPreviousPage: page.backward ? further : cameFrom,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** How a parent names its rows: the child's field, and the parent's value of it. */
export interface Under {
  readonly field: string;
  readonly value: string;
  /** The parent's tenant, where it is known: every index begins with it, and staff's statements name none. */
  readonly tenantId?: string | null;
}

export class Reader {
  private readonly db: RawClient;
  private readonly scope: Scope;
  private readonly lists: ReadonlyMap<string, ListDeclaration>;
  private readonly loaders = new Map<string, DataLoader<string, unknown>>();
  /** The tenants of parents, by the parents' ids. */
  private readonly homes = new Map<string, string>();

  constructor(db: RawClient, scope: Scope, lists: ReadonlyMap<string, ListDeclaration>) {
    this.db = db;
    this.scope = scope;
    this.lists = lists;
  }

  /** The table as the caller sees it: itself, or the view of what is published. */
  seen<Row>(table: Table<Row>): Table<Row> {
    const { published } = table;
    return this.scope.publishedOnly && published !== undefined ? { ...table, name: published } : table;
  }

  /** The row of an id, or null when there is none that the caller may see. */
  async byId<Row>(given: Table<Row>, id: string): Promise<Row | null> {
    const table = this.seen(given);
    const key = idType(table) === 'uuid' ? requireUuid(id).toLowerCase() : id;
    const loader = this.loader(`${table.name}.id`, (keys) => this.rowsById(table, keys));
    return (await loader.load(key)) as Row | null;
  }

  /** The row of an id that another row names; null when that row names none. */
  reference<Row>(table: Table<Row>, id: string | null): Promise<Row | null> {
    return id === null ? Promise.resolve(null) : this.byId(table, id);
  }

  /** A list, under further equal conditions if given. */
  async page<Row>(
    given: Table<Row>,
    listArguments: ListArguments,
    equal: Readonly<Record<string, string>> = {},
  ): Promise<Connection<Row>> {
    const table = this.seen(given);
    const { list, page } = this.request(table, listArguments);
    const parameters = new Parameters();
    const conditions = (target: Parameters): string[] =>
      Object.entries(equal).map(
        ([field, value]) => `${columnOf(field)} = ${target.bind(value, this.keyType(list, field))}`,
      );
    const query = { table, list, page, scope: this.scope };
    const sql = pageStatement({ ...query, given: conditions(parameters) }, parameters);
    const rows = await this.db.$queryRawUnsafe<Row[]>(sql, ...parameters.values);
    return toConnection(page, rows, async () => {
      const counted = new Parameters();
      const count = countStatement({ ...query, given: conditions(counted) }, counted);
      const [result] = await this.db.$queryRawUnsafe<{ count: number }[]>(count, ...counted.values);
      return result?.count ?? 0;
    });
  }

  /** A list of each parent's rows: all parents of a level in one statement, however many. */
  async under<Row>(
    given: Table<Row>,
    { field, value, tenantId = null }: Under,
    listArguments: ListArguments,
  ): Promise<Connection<Row>> {
    const table = this.seen(given);
    const { list, page } = this.request(table, listArguments);
    const isHomed = tenantId !== null && this.scope.tenantId === undefined && table.tenancy === 'column';
    if (isHomed) this.homes.set(value, tenantId);
    const name = `${table.name} ${table.source?.value ?? ''}.${field} ${isHomed ? 'homed ' : ''}${JSON.stringify(listArguments)}`;
    const ofParent = [...(isHomed ? ['"tenant_id" = "parent"."home"'] : []), `${columnOf(field)} = "parent"."key"`];
    const query = { table, list, page, scope: this.scope, given: ofParent };
    const parents = (keys: readonly string[], parameters: Parameters): string => {
      const ids = parameters.bind([...keys], `${this.keyType(list, field)}[]`);
      const homes = parameters.bind(isHomed ? keys.map((key) => this.homes.get(key)) : [], 'text[]');
      return `unnest(${ids}, ${homes}) WITH ORDINALITY AS "parent" ("key", "home", "place")`;
    };
    const rows = this.loader(name, async (keys) => {
      const parameters = new Parameters();
      const from = parents(keys, parameters);
      const inner = pageStatement(query, parameters);
      const found = await this.db.$queryRawUnsafe<AnyRow[]>(
        `SELECT "parent"."key"::text AS "parentKey", "row".* FROM ${from} CROSS JOIN LATERAL (${inner}) "row" ORDER BY "parent"."place"`,
        ...parameters.values,
      );
      const groups = Map.groupBy(found, (row) => row['parentKey']);
      return keys.map((key) => groups.get(key) ?? []);
    });
    const counts = this.loader(`${name} count`, async (keys) => {
      const parameters = new Parameters();
      const from = parents(keys, parameters);
      const inner = countStatement(query, parameters);
      const found = await this.db.$queryRawUnsafe<{ key: string; count: number }[]>(
        `SELECT "parent"."key"::text AS "key", (${inner}) AS "count" FROM ${from}`,
        ...parameters.values,
      );
      const byKey = new Map(found.map(({ key, count }) => [key, count]));
      return keys.map((key) => byKey.get(key) ?? 0);
    });
    return toConnection(page, (await rows.load(value)) as Row[], async () => (await counts.load(value)) as number);
  }

  /** After a change: what was read before it is read again. */
  forget(): void {
    this.loaders.clear();
  }

  private request(table: Table<unknown>, listArguments: ListArguments): { list: ListDeclaration; page: PageRequest } {
    const list = this.lists.get(table.type);
    if (list === undefined) throw new Error(`${table.type} declares no @list`);
    return { list, page: readListArguments(list, listArguments, table.source?.value) };
  }

  private keyType(list: ListDeclaration, field: string): 'text' | 'uuid' {
    if (field === 'tenantId') return 'text';
    return list.fields.get(field)?.kind === 'ID' || field.toLowerCase().endsWith('id') ? 'uuid' : 'text';
  }

  private async rowsById(table: Table<unknown>, ids: readonly string[]): Promise<unknown[]> {
    const parameters = new Parameters();
    const wanted = `"id" = ANY(${parameters.bind([...ids], `${idType(table)}[]`)})`;
    const conditions = [wanted, ...scopeConditions(table, this.scope, parameters)];
    const rows = await this.db.$queryRawUnsafe<AnyRow[]>(
      `SELECT ${selectList(table)} FROM "${table.name}" WHERE ${conditions.join(' AND ')}`,
      ...parameters.values,
    );
    const byId = new Map(rows.map((row) => [textOf(row['id']), row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  private loader(name: string, batch: (keys: readonly string[]) => Promise<unknown[]>): DataLoader<string, unknown> {
    const known = this.loaders.get(name);
    if (known !== undefined) return known;
    const made = new DataLoader<string, unknown>(batch, { maxBatchSize: 1000 });
    this.loaders.set(name, made);
    return made;
  }
}
