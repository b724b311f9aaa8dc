/**
 * The one way in which the API reads: rows by id, lists, and lists under a parent, each batched so
 * that a page costs a constant number of statements. Scoped to the caller once, here.
 */
import DataLoader from 'dataloader';

import { cells } from '../database/cells.ts';
import type { ContextPool } from '../database/contextPool.ts';
import type { ListDeclaration } from '../sdl/expand.ts';

import { readListArguments, type ListArguments, type PageRequest } from './arguments.ts';
import { childCountsStatement, childrenStatement, type ChildQuery, type Statement } from './children.ts';
import { textOf, toConnection, type AnyRow, type Connection } from './connection.ts';
import { narrow, type Shown } from './shown.ts';
import {
  countStatement,
  idType,
  pageStatement,
  Parameters,
  requireUuid,
  scopeConditions,
  selectList,
  type Scope,
} from './sql.ts';
import { columnOf, type Table } from './table.ts';

type Batch = (keys: readonly string[]) => Promise<unknown[]>;

/** How a parent names its rows: the child's field, and the parent's value of it. */
export interface Under {
  readonly field: string;
  readonly value: string;
  /** The parent's tenant, where it is known: every index begins with it, and staff's statements name none. */
  readonly tenantId?: string | null;
}

export class Reader {
  private readonly pool: () => ContextPool;
  private readonly scope: Scope;
  private readonly lists: ReadonlyMap<string, ListDeclaration>;
  private readonly shown: Shown | undefined;
  private readonly loaders = new Map<string, DataLoader<string, unknown>>();
  /** The tenants of parents, by the parents' ids. */
  private readonly homes = new Map<string, string>();

  /**
   * @param pool the caller's own; asked for at the first read, so that who has none opens no connection
   * @param shown what the operation shows of rows; without it lists read whole rows
   */
  constructor(pool: () => ContextPool, scope: Scope, lists: ReadonlyMap<string, ListDeclaration>, shown?: Shown) {
    this.pool = pool;
    this.scope = scope;
    this.lists = lists;
    this.shown = shown;
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
    const loader = this.loader(`${table.name}.id`, () => (keys) => this.rowsById(table, keys));
    return (await loader.load(key)) as Row | null;
  }

  /** The row of an id that another row names; null when that row names none. */
  reference<Row>(table: Table<Row>, id: string | null): Promise<Row | null> {
    return id === null ? Promise.resolve(null) : this.byId(table, id);
  }

  /** A list, under further equal conditions if given: then of whole rows. */
  async page<Row>(
    given: Table<Row>,
    listArguments: ListArguments,
    equal?: Readonly<Record<string, string>>,
  ): Promise<Connection<Row>> {
    const { list, page } = this.request(given, listArguments);
    // Who looks for certain rows may look into them.
    const table = this.seen(equal === undefined ? narrow(given, this.shown, page) : given);
    const parameters = new Parameters();
    const conditions = (target: Parameters): string[] =>
      Object.entries(equal ?? {}).map(
        ([field, value]) => `${columnOf(field)} = ${target.bind(value, this.keyType(list, field))}`,
      );
    const query = { table, list, page, scope: this.scope };
    const text = pageStatement({ ...query, given: conditions(parameters) }, parameters);
    const rows = await this.rows<Row>({ text, values: parameters.values });
    return toConnection(page, rows, async () => {
      const counted = new Parameters();
      const count = countStatement({ ...query, given: conditions(counted) }, counted);
      const [result] = await this.rows<{ count: number }>({ text: count, values: counted.values });
      return result?.count ?? 0;
    });
  }

  /** A list of each parent's rows, as the operation shows them: all parents of a level in one statement, however many. */
  async under<Row>(
    given: Table<Row>,
    { field, value, tenantId = null }: Under,
    listArguments: ListArguments,
  ): Promise<Connection<Row>> {
    const { list, page } = this.request(given, listArguments);
    const table = this.seen(narrow(given, this.shown, page));
    const isHomed = tenantId !== null && this.scope.tenantId === undefined && table.tenancy === 'column';
    if (isHomed) this.homes.set(value, tenantId);
    const name = `${table.name} ${table.source?.value ?? ''}.${field} ${isHomed ? 'homed ' : ''}${JSON.stringify(listArguments)}`;
    const homeOf = isHomed ? (key: string) => this.homes.get(key) : undefined;
    const query = { table, list, page, scope: this.scope, field, keyType: this.keyType(list, field), homeOf };
    const rows = this.loader(name, () => this.childrenOf(query));
    const count = (): Promise<unknown> => this.loader(`${name} count`, () => this.childCountsOf(query)).load(value);
    return toConnection(page, (await rows.load(value)) as Row[], count as () => Promise<number>);
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
    const text = `SELECT ${selectList(table)} FROM "${table.name}" WHERE ${conditions.join(' AND ')}`;
    const rows = await this.rows<AnyRow>({ text, values: parameters.values });
    const byId = new Map(rows.map((row) => [textOf(row['id']), row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  private childrenOf(query: ChildQuery): Batch {
    return async (keys) => {
      const rows = await this.rows<AnyRow>(childrenStatement(query, keys));
      if (keys.length === 1) return [rows];
      const groups = Map.groupBy(rows, (row) => row['parentKey']);
      return keys.map((key) => groups.get(key) ?? []);
    };
  }

  private childCountsOf(query: ChildQuery): Batch {
    return async (keys) => {
      const rows = await this.rows<{ key: string; count: number }>(childCountsStatement(query, keys));
      const byKey = new Map(rows.map(({ key, count }) => [key, count]));
      return keys.map((key) => byKey.get(key) ?? 0);
    };
  }

  private async rows<Row>({ text, values }: Statement): Promise<Row[]> {
    return (await this.pool().query({ text, values, types: cells })).rows as Row[];
  }

  private loader(name: string, batch: () => Batch): DataLoader<string, unknown> {
    const known = this.loaders.get(name);
    if (known !== undefined) return known;
    const made = new DataLoader<string, unknown>(batch(), { maxBatchSize: 1000 });
    this.loaders.set(name, made);
    return made;
  }
}
