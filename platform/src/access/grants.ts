/** PostgreSQL grants and cross-tenant policies, generated from the access matrix. */
import { escapeIdentifier as identifier } from 'pg';

import type { Domain } from '../domains.ts';

import { loginsOf, rightsRole, type DatabaseLogin } from './databaseRoles.ts';
import { people, publishedRows, secretColumns, services, serviceTables, type Part } from './matrix.ts';

/** A table or view of the database, as its catalogue tells it. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rowSecurity: boolean;
  readonly isView: boolean;
}

/** Written by every mutation in its own transaction, never changed by one. */
const APPEND_ONLY: ReadonlySet<string> = new Set(['audit_entries', 'domain_events']);
/** Written by a function of the database alone (`grantAuditLog`): not even its own service adds a row by itself. */
const CHAINED: ReadonlySet<string> = new Set(['audit_log']);
/** Installed by the platform; app roles reach it through owner's triggers alone. */
const INTERNAL = /^(_prisma_migrations|sync_outbox.*)$/;

const list = (columns: readonly string[]): string => columns.map(identifier).join(', ');

function grantPart(verbs: string, part: Part, relations: readonly Relation[], role: string): string[] {
  return Object.entries(part).flatMap(([table, columns]) => {
    if (!relations.some(({ name }) => name === table)) return [];
    return columns === '*'
      ? [`GRANT ${verbs} ON ${identifier(table)} TO ${role};`]
      : columns.length > 0
        ? [`GRANT ${verbs} (${list(columns)}) ON ${identifier(table)} TO ${role};`]
        : [];
  });
}

function grantReads(database: Domain, relations: readonly Relation[], role: string): string[] {
  const secrets = secretColumns[database] ?? {};
  return relations.map(({ name, columns }) => {
    const hidden = secrets[name];
    const visible = hidden === undefined ? columns : columns.filter((column) => !hidden.includes(column));
    return visible.length === columns.length
      ? `GRANT SELECT ON ${identifier(name)} TO ${role};`
      : `GRANT SELECT (${list(visible)}) ON ${identifier(name)} TO ${role};`;
  });
}

function grantWrites(relations: readonly Relation[], role: string): string[] {
  return relations
    .filter(({ isView, name }) => !isView && !CHAINED.has(name))
    .map(
      ({ name }) =>
        `GRANT ${APPEND_ONLY.has(name) ? 'INSERT' : 'INSERT, UPDATE, DELETE'} ON ${identifier(name)} TO ${role};`,
    );
}

const publishedPart = (database: Domain): Part =>
  Object.fromEntries(Object.entries(publishedRows[database] ?? {}).map(([name, { columns }]) => [name, columns]));

/** Narrows what a scope of `published` sees of a table, beside the tenant's policy, to the rows that the matrix names. */
function publishedPolicies(database: Domain, logins: readonly DatabaseLogin[]): string[] {
  const roles = logins
    .filter(({ service, privilege }) => {
      const isPerson = service === database && privilege !== 'service' && privilege !== 'sync';
      return isPerson && people[privilege][database].read === 'published';
    })
    .map(({ service, privilege }) => identifier(rightsRole(service, privilege)));
  return Object.entries(publishedRows[database] ?? {}).flatMap(([name, { where }]) => {
    if (where === undefined) return [];
    const drop = `DROP POLICY IF EXISTS published ON ${identifier(name)};`;
    const create = `CREATE POLICY published ON ${identifier(name)} AS RESTRICTIVE FOR SELECT TO ${roles.join(', ')} USING (${where});`;
    return roles.length === 0 ? [drop] : [drop, create];
  });
}

/** What a caller without a write on the domain still leaves behind: its own records. */
function grantRecords(relations: readonly Relation[], role: string): string[] {
  return relations
    .filter(({ name }) => APPEND_ONLY.has(name))
    .map(({ name }) => `GRANT INSERT ON ${identifier(name)} TO ${role};`);
}

function grantLogin(database: Domain, login: DatabaseLogin, all: readonly Relation[]): string[] {
  const role = identifier(rightsRole(login.service, login.privilege));
  const ownToService =
    login.privilege === 'service' && login.service === database ? [] : (serviceTables[database] ?? []);
  const relations = all.filter(({ name }) => !INTERNAL.test(name) && !ownToService.includes(name));
  const outbox = all.filter(({ name }) => name.startsWith('sync_outbox'));
  if (login.service !== database) {
    const { read, write } = services[login.service][database];
    return [
      ...(typeof read === 'object' ? grantPart('SELECT', read, relations, role) : []),
      ...(typeof write === 'object'
        ? grantPart(database === 'cdx' ? 'INSERT, UPDATE, DELETE' : 'INSERT', write, relations, role)
        : []),
      ...(database === 'auth' && typeof write === 'object' ? grantPart('UPDATE', write, relations, role) : []),
    ];
  }
  switch (login.privilege) {
    case 'service':
      return [
        ...relations.map(({ name }) => `GRANT SELECT ON ${identifier(name)} TO ${role};`),
        ...grantWrites(relations, role),
      ];
    case 'sync':
      return [
        ...grantReads(database, relations, role),
        ...outbox.map(({ name }) => `GRANT SELECT, DELETE ON ${identifier(name)} TO ${role};`),
        `GRANT UPDATE (delivered_at, told_at) ON domain_events TO ${role};`,
        ...(database === 'cdx' ? grantWrites(relations, role) : []),
      ];
    default: {
      const rule = people[login.privilege][database];
      if (rule.read === 'published') return grantPart('SELECT', publishedPart(database), relations, role);
      return [
        ...(rule.read === 'none' ? [] : grantReads(database, relations, role)),
        ...(rule.write === 'none' ? grantRecords(relations, role) : grantWrites(relations, role)),
      ];
    }
  }
}

/** What every domain's relay appends audit entries to cdx with. */
function grantAuditLog(database: Domain, logins: readonly DatabaseLogin[]): string[] {
  if (database !== 'cdx') return [];
  const relays = logins.filter(({ privilege }) => privilege === 'sync');
  const roles = relays.map(({ service, privilege }) => identifier(rightsRole(service, privilege)));
  return [`GRANT EXECUTE ON FUNCTION audit_log_append(text, jsonb) TO ${roles.join(', ')};`];
}

/** Callers and services that the matrix lets across tenants, and the platform's own classes. */
function crossesTenants(database: Domain, { service, privilege }: DatabaseLogin): boolean {
  if (database === 'cdx') return true;
  if (service !== database) return services[service][database].tenants === 'all';
  if (privilege === 'service' || privilege === 'sync') return true;
  return people[privilege][database].read === 'all';
}

/**
 * The statements that make a database's rights equal to the matrix, whatever they were before.
 * They are to run in one transaction, as the database's owner.
 */
export function grantStatements(database: Domain, relations: readonly Relation[]): string[] {
  const logins = loginsOf(database);
  const roles = logins.map(({ service, privilege }) => identifier(rightsRole(service, privilege)));
  const across = logins
    .filter((login) => crossesTenants(database, login))
    .map(({ service, privilege }) => identifier(rightsRole(service, privilege)));
  return [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${roles.join(', ')};`,
    `GRANT USAGE ON SCHEMA public TO ${roles.join(', ')};`,
    ...logins.flatMap((login) => grantLogin(database, login, relations)),
    ...grantAuditLog(database, logins),
    ...publishedPolicies(database, logins),
    ...relations
      .filter(({ rowSecurity, isView }) => rowSecurity && !isView)
      .flatMap(({ name }) => [
        `DROP POLICY IF EXISTS across_tenants ON ${identifier(name)};`,
        `CREATE POLICY across_tenants ON ${identifier(name)} TO ${across.join(', ')} USING (true) WITH CHECK (true);`,
      ]),
  ];
}
