/** The tests' own reading of the access matrix for PostgreSQL. It shares the matrix's data with the grants, and no code. */
import type { PrivilegeClass } from '../src/access/databaseRoles.ts';
import * as matrix from '../src/access/matrix.ts';
import { publishedRows } from '../src/access/published.ts';
import type { Domain } from '../src/domains.ts';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Those of them that PostgreSQL computes: nobody writes them. */
  readonly generated: readonly string[];
  readonly isView: boolean;
}

export type Verb = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'REFERENCES';

export interface Who {
  readonly service: Domain;
  readonly privilege: PrivilegeClass;
}

const isPlatforms = (privilege: PrivilegeClass): privilege is 'service' | 'sync' =>
  privilege === 'service' || privilege === 'sync';

/** Whether a database admits a login at all. */
export function admits(database: Domain, { service, privilege }: Who): boolean {
  if (service === database) {
    if (isPlatforms(privilege)) return true;
    const { read, write } = matrix.people[privilege][database];
    return read !== 'none' || write !== 'none';
  }
  const { read, write } = matrix.services[service][database];
  if (read === 'none' && write === 'none') return false;
  return privilege === (database === 'cdx' ? 'sync' : 'service');
}

/** Whether a login sees the rows of all tenants at once, or those of its context's alone. */
export function crossesTenants(database: Domain, { service, privilege }: Who): boolean {
  if (database === 'cdx') return true;
  if (service !== database) return matrix.services[service][database].tenants === 'all';
  return isPlatforms(privilege) || matrix.people[privilege][database].read === 'all';
}

/** Whether a table has rows that no tenant owns, so that who reads it sees them in any context. */
export const isOfNoTenant = (database: Domain, { name }: Table): boolean =>
  /^sync_(outbox|capture)_/.test(name) ||
  [...(matrix.tablesWithoutTenant[database] ?? []), ...(matrix.sharedRows[database] ?? [])].includes(name);

const whole = (part: '*' | readonly string[] | undefined, { columns }: Table): readonly string[] =>
  part === '*' ? columns : (part ?? []);

function foreignColumns(database: Domain, service: Domain, table: Table, verb: Verb): readonly string[] {
  const { read, write } = matrix.services[service][database];
  const writes: readonly Verb[] =
    database === 'cdx' ? ['INSERT', 'UPDATE', 'DELETE'] : database === 'auth' ? ['INSERT', 'UPDATE'] : ['INSERT'];
  if (verb === 'SELECT') return typeof read === 'string' ? [] : whole(read[table.name], table);
  return writes.includes(verb) && typeof write !== 'string' ? whole(write[table.name], table) : [];
}

const withoutSecrets = (database: Domain, { name, columns }: Table): readonly string[] => {
  const secrets = matrix.secretColumns[database]?.[name] ?? [];
  return columns.filter((column) => !secrets.includes(column));
};

/** What someone with a full write may do to a table: records are added to, never changed, and the chain only by its function. */
function writable({ name, columns, isView }: Table, verb: Verb): readonly string[] {
  if (isView || matrix.chainedTables.includes(name)) return [];
  if (verb === 'INSERT') return columns;
  return (verb === 'UPDATE' || verb === 'DELETE') && !matrix.recordTables.includes(name) ? columns : [];
}

function relayColumns(database: Domain, table: Table, verb: Verb): readonly string[] {
  if (table.name.startsWith('sync_outbox')) return verb === 'SELECT' ? table.columns : [];
  if (table.name.startsWith('sync_capture')) return [];
  if (verb === 'SELECT') return withoutSecrets(database, table);
  if (database === 'cdx' && writable(table, verb).length > 0) return table.columns;
  return verb === 'UPDATE' ? (matrix.carriedColumns[table.name] ?? []) : [];
}

function personColumns(database: Domain, person: matrix.Person, table: Table, verb: Verb): readonly string[] {
  const { read, write } = matrix.people[person][database];
  if (read === 'published')
    return verb === 'SELECT' ? whole(publishedRows[database]?.[table.name]?.columns, table) : [];
  if (verb === 'SELECT') return read === 'none' ? [] : withoutSecrets(database, table);
  if (write !== 'none') return writable(table, verb);
  return verb === 'INSERT' && matrix.recordTables.includes(table.name) ? table.columns : [];
}

/** The columns of a table that a login may use a verb on; all of them where the verb is on rows. */
export function columnsFor(database: Domain, { service, privilege }: Who, table: Table, verb: Verb): readonly string[] {
  if (verb === 'TRUNCATE' || verb === 'REFERENCES' || table.name === '_prisma_migrations') return [];
  if (service !== database) return foreignColumns(database, service, table, verb);
  if (privilege !== 'service' && matrix.serviceTables[database]?.includes(table.name) === true) return [];
  if (privilege === 'sync') return relayColumns(database, table, verb);
  if (/^sync_(outbox|capture)_/.test(table.name)) return [];
  if (privilege === 'service') return verb === 'SELECT' ? table.columns : writable(table, verb);
  return personColumns(database, privilege, table, verb);
}
