/** The row security that the matrix makes of a database, as data. */
import type { Domain } from '../domains.ts';

import type { Catalogue, Policy, Relation } from './catalogue.ts';
import { loginsOf, rightsRole, type DatabaseLogin } from './databaseRoles.ts';
import { people, services, sharedRows } from './matrix.ts';
import { publishedRows } from './published.ts';
import { tenantTables } from './rights.ts';

/** Callers and services that the matrix lets across tenants, and the platform's own classes. */
function crossesTenants(database: Domain, { service, privilege }: DatabaseLogin): boolean {
  if (database === 'cdx') return true;
  if (service !== database) return services[service][database].tenants === 'all';
  if (privilege === 'service' || privilege === 'sync') return true;
  return people[privilege][database].read === 'all';
}

function seesPublishedOnly(database: Domain, { service, privilege }: DatabaseLogin): boolean {
  if (service !== database || privilege === 'service' || privilege === 'sync') return false;
  return people[privilege][database].read === 'published';
}

const rolesOf = (database: Domain, is: (database: Domain, login: DatabaseLogin) => boolean): string[] =>
  loginsOf(database)
    .filter((login) => is(database, login))
    .map(({ service, privilege }) => rightsRole(service, privilege))
    .sort();

type Rule = Pick<Policy, 'name' | 'roles' | 'using'> & Partial<Policy>;

/** The setting is `''` and not NULL after a SET LOCAL has ended. The directory of tenants has them as its ids. */
const ofContext = (columns: readonly string[]): string =>
  `${columns.includes('tenant_id') ? 'tenant_id' : 'id'} = nullif(current_setting('app.tenant_id', true), '')`;

function rulesOf(database: Domain, { name, columns, owner }: Relation): Rule[] {
  const everything = { using: 'true', check: 'true' };
  const across = rolesOf(database, crossesTenants);
  const visitors = rolesOf(database, seesPublishedOnly);
  const published = publishedRows[database]?.[name]?.where;
  const rules: Rule[] = [
    // Forced row security holds for owners too: without this a data migration would change nothing, silently.
    { name: 'owner', roles: [owner], ...everything },
    { name: 'tenant', roles: ['PUBLIC'], using: ofContext(columns) },
    { name: 'across_tenants', roles: across, ...everything },
  ];
  if (sharedRows[database]?.includes(name) === true)
    rules.push({ name: 'shared', roles: ['PUBLIC'], command: 'SELECT', using: 'tenant_id IS NULL' });
  // Beside the tenant's policy, and narrower: what a scope of `published` sees.
  if (published !== undefined && visitors.length > 0)
    rules.push({ name: 'published', roles: visitors, permissive: false, command: 'SELECT', using: published });
  return rules;
}

/** Every policy that a database is to have. */
export const policiesOf = (database: Domain, catalogue: Catalogue): Policy[] =>
  tenantTables(database, catalogue).flatMap((table) =>
    rulesOf(database, table).map((rule): Policy => ({
      ...{ table: table.name, permissive: true, command: 'ALL', check: null },
      ...rule,
    })),
  );
