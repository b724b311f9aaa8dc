/** What the matrix makes of a database in PostgreSQL, as data: the grants are written from it, and the catalogue is compared with it. */
import type { Domain } from '../domains.ts';

import type { Catalogue, ObjectKind, Relation, Right } from './catalogue.ts';
import { loginRole, loginsOf, QUEUE_ROLE, QUEUE_SCHEMA, rightsRole, type DatabaseLogin } from './databaseRoles.ts';
import {
  carriedColumns,
  chainedTables,
  ownerFunctions,
  people,
  recordTables,
  secretColumns,
  services,
  serviceTables,
  tablesWithoutTenant,
  type Part,
} from './matrix.ts';
import { publishedRows } from './published.ts';

/** Installed by the platform; app roles reach it through owner's triggers alone. */
const INTERNAL = /^(_prisma_migrations|sync_(outbox|capture).*)$/;

const READ = ['SELECT'] as const;
const APPEND = ['INSERT'] as const;
const WRITE = ['INSERT', 'UPDATE', 'DELETE'] as const;

type Columns = '*' | readonly string[];
/** Verbs on a table or view, before they are given to a role. */
type Allowed = readonly [table: string, verbs: readonly string[], columns: Columns];

const allowPart = (part: Part, verbs: readonly string[]): Allowed[] =>
  Object.entries(part).map(([table, columns]) => [table, verbs, columns]);

function allowReads(database: Domain, relations: readonly Relation[]): Allowed[] {
  const secrets = secretColumns[database] ?? {};
  return relations.map(({ name, columns }): Allowed => {
    const hidden = secrets[name];
    const visible = hidden === undefined ? columns : columns.filter((column) => !hidden.includes(column));
    return [name, READ, visible.length === columns.length ? '*' : visible];
  });
}

const allowWrites = (relations: readonly Relation[]): Allowed[] =>
  relations
    .filter(({ name, kind }) => kind === 'table' && !chainedTables.includes(name))
    .map(({ name }): Allowed => [name, recordTables.includes(name) ? APPEND : WRITE, '*']);

/** What a caller without a write on the domain still leaves behind: its own records. */
const allowRecords = (relations: readonly Relation[]): Allowed[] =>
  relations.filter(({ name }) => recordTables.includes(name)).map(({ name }): Allowed => [name, APPEND, '*']);

const publishedPart = (database: Domain): Part =>
  Object.fromEntries(Object.entries(publishedRows[database] ?? {}).map(([name, { columns }]) => [name, columns]));

/** What a service may do in another's database: its relay keeps rows of cdx, cdx keeps auth's tenants, others append. */
function allowForeign(database: Domain, service: Domain): Allowed[] {
  const { read, write } = services[service][database];
  const verbs = database === 'cdx' ? WRITE : database === 'auth' ? (['INSERT', 'UPDATE'] as const) : APPEND;
  return [
    ...(typeof read === 'object' ? allowPart(read, READ) : []),
    ...(typeof write === 'object' ? allowPart(write, verbs) : []),
  ];
}

function allow(database: Domain, { service, privilege }: DatabaseLogin, all: readonly Relation[]): Allowed[] {
  if (service !== database) return allowForeign(database, service);
  const ownToService = privilege === 'service' ? [] : (serviceTables[database] ?? []);
  const relations = all.filter(({ name }) => !INTERNAL.test(name) && !ownToService.includes(name));
  switch (privilege) {
    case 'service':
      return [...relations.map(({ name }): Allowed => [name, READ, '*']), ...allowWrites(relations)];
    case 'sync':
      return [
        ...allowReads(database, relations),
        ...all.filter(({ name }) => name.startsWith('sync_outbox')).map(({ name }): Allowed => [name, READ, '*']),
        ...allowPart(carriedColumns, ['UPDATE']),
        ...(database === 'cdx' ? allowWrites(relations) : []),
      ];
    default: {
      const rule = people[privilege][database];
      if (rule.read === 'published') return allowPart(publishedPart(database), READ);
      return [
        ...(rule.read === 'none' ? [] : allowReads(database, relations)),
        ...(rule.write === 'none' ? allowRecords(relations) : allowWrites(relations)),
      ];
    }
  }
}

const right = (grantee: string, verb: string, kind: ObjectKind, object: string | null, column?: string): Right => ({
  ...{ grantee, verb, kind, object, column: column ?? null },
});

const toRights = (grantee: string, [table, verbs, columns]: Allowed): Right[] =>
  verbs.flatMap((verb) =>
    columns === '*'
      ? [right(grantee, verb, 'table', table)]
      : columns.map((column) => right(grantee, verb, 'table', table, column)),
  );

const mayCall = (database: Domain, name: string, { service, privilege }: DatabaseLogin): boolean => {
  const rule = ownerFunctions[name];
  return rule?.by === privilege && (rule.of === 'all' || service === database);
};

function rightsOfLogin(database: Domain, login: DatabaseLogin, { relations, ownerFunctions: all }: Catalogue): Right[] {
  const grantee = rightsRole(login.service, login.privilege);
  const parents = relations.filter(({ kind }) => kind !== 'partition');
  return [
    right(loginRole(login.service, login.privilege), 'CONNECT', 'database', null),
    right(grantee, 'USAGE', 'schema', 'public'),
    ...allow(database, login, parents).flatMap((allowed) => toRights(grantee, allowed)),
    ...all.filter((name) => mayCall(database, name, login)).map((name) => right(grantee, 'EXECUTE', 'function', name)),
  ];
}

/** Every right that a database is to hold, its owner's apart. Partitions have none: rights are on their parents. */
export function rightsOf(database: Domain, catalogue: Catalogue): Right[] {
  const queue =
    database === 'cdx'
      ? [right(QUEUE_ROLE, 'CONNECT', 'database', null), right(QUEUE_ROLE, 'USAGE', 'schema', QUEUE_SCHEMA)]
      : [];
  return [...loginsOf(database).flatMap((login) => rightsOfLogin(database, login, catalogue)), ...queue];
}

/** The tables whose rows are tenants': all but those that the matrix or the platform keeps apart. */
export const tenantTables = (database: Domain, { relations }: Catalogue): Relation[] =>
  relations.filter(
    ({ name, kind }) =>
      kind === 'table' && !INTERNAL.test(name) && tablesWithoutTenant[database]?.includes(name) !== true,
  );
