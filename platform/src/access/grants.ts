/** The statements that make a database's rights and row security equal to the matrix, whatever they were before. */
import { escapeIdentifier as identifier } from 'pg';

import type { Domain } from '../domains.ts';

import type { Catalogue, Policy, Right } from './catalogue.ts';
import { policiesOf } from './policies.ts';
import { rightsOf, tenantTables } from './rights.ts';

const role = (name: string): string => (name === 'PUBLIC' ? name : identifier(name));

function target({ kind, object }: Right, database: string): string {
  if (kind === 'database') return `DATABASE ${identifier(database)}`;
  return `${kind} ${identifier(object ?? '')}`;
}

/** Rights on one object, by verb: those on single columns come as one list. */
function grantVerb(database: string, [first, ...rest]: readonly [Right, ...Right[]]): string {
  const columns = [first, ...rest].flatMap(({ column }) => (column === null ? [] : [identifier(column)]));
  const list = columns.length === 0 ? '' : ` (${columns.join(', ')})`;
  return `GRANT ${first.verb}${list} ON ${target(first, database)} TO ${role(first.grantee)};`;
}

const groupOf = ({ grantee, verb, kind, object, column }: Right): string =>
  JSON.stringify([grantee, verb, kind, object, column === null]);

const grant = (database: string, rights: readonly Right[]): string[] =>
  [...Map.groupBy(rights, groupOf).values()].map((group) => grantVerb(database, group as [Right, ...Right[]]));

/** Takes away every right that is held, also by a role that the matrix does not know. */
function revoke(database: string, rights: readonly Right[]): string[] {
  const held = new Map(rights.map((right) => [JSON.stringify([right.grantee, right.kind, right.object]), right]));
  return [...held.values()].map(
    (right) => `REVOKE ALL ON ${target(right, database)} FROM ${role(right.grantee)} CASCADE;`,
  );
}

const drop = ({ table, name }: Policy): string => `DROP POLICY ${identifier(name)} ON ${identifier(table)};`;

function create({ table, name, permissive, command, roles, using, check }: Policy): string {
  const head = `CREATE POLICY ${identifier(name)} ON ${identifier(table)} AS ${permissive ? 'PERMISSIVE' : 'RESTRICTIVE'}`;
  const conditions = [using === null ? '' : ` USING (${using})`, check === null ? '' : ` WITH CHECK (${check})`];
  return `${head} FOR ${command} TO ${roles.map(role).join(', ')}${conditions.join('')};`;
}

const protect = (table: string): string =>
  `ALTER TABLE ${identifier(table)} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;`;

/** They are to run in one transaction, as the database's owner. */
export function grantStatements(database: Domain, catalogue: Catalogue): string[] {
  const open = tenantTables(database, catalogue).filter(({ rowSecurity }) => rowSecurity !== 'forced');
  return [
    ...revoke(catalogue.database, catalogue.rights),
    ...grant(catalogue.database, rightsOf(database, catalogue)),
    ...catalogue.policies.map(drop),
    ...policiesOf(database, catalogue).map(create),
    ...open.map(({ name }) => protect(name)),
  ];
}
