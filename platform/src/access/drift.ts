/** How a database's access differs from what the matrix makes of it, in words. */
import { domains, type Domain } from '../domains.ts';

import type { Catalogue, Membership, Policy, Right } from './catalogue.ts';
import { loginRole, privilegeClasses, rightsRole } from './databaseRoles.ts';
import { describeRights } from './describeRights.ts';
import { findFaults, unprotectedTables } from './faults.ts';
import { policiesOf } from './policies.ts';
import { rightsOf, tenantTables } from './rights.ts';
import { membershipKey, memberships, membershipsOf, rolesOf } from './roles.ts';

/** What is there and should not be, and what should be there and is not. */
interface Difference<Item> {
  readonly excess: readonly Item[];
  readonly missing: readonly Item[];
}

function compare<Item>(
  found: readonly Item[],
  expected: readonly Item[],
  keyOf: (item: Item) => string,
): Difference<Item> {
  const foundKeys = new Set(found.map(keyOf));
  const expectedKeys = new Set(expected.map(keyOf));
  return {
    excess: found.filter((item) => !expectedKeys.has(keyOf(item))),
    missing: expected.filter((item) => !foundKeys.has(keyOf(item))),
  };
}

const rightKey = ({ grantee, verb, kind, object, column }: Right): string =>
  JSON.stringify([grantee, verb, kind, object, column]);

function rightsDrift(database: Domain, catalogue: Catalogue): string[] {
  const there = new Set(catalogue.relations.map(({ name }) => name));
  const expected = rightsOf(database, catalogue).filter(
    ({ kind, object }) => kind !== 'table' || there.has(object ?? ''),
  );
  const { excess, missing } = compare(catalogue.rights, expected, rightKey);
  return [
    ...describeRights(excess).map((may) => `${may('may')}, the matrix does not say so`),
    ...describeRights(missing).map((may) => `${may('may not')}, the matrix says it may`),
  ];
}

/**
 * PostgreSQL prints a condition anew, with its own parentheses and casts, and the schema for those who may not see
 * it: what is left without them is compared.
 */
const plain = (condition: string | null): string =>
  (condition ?? '').toLowerCase().replaceAll(/::[a-z_]+( varying)?(\[\])?|\bpublic\.|[\s()]/g, '');

const policyKey = ({ using, check, ...policy }: Policy): string =>
  JSON.stringify([
    ...[policy.table, policy.name, policy.permissive, policy.command, policy.roles],
    ...[plain(using), plain(check)],
  ]);

function describePolicy({ name, permissive, command, roles, using }: Policy): string {
  const kind = permissive ? '' : 'restrictive ';
  return `the ${kind}policy ${name} (${command} for ${roles.join(', ')} where ${using?.replaceAll(/\s+/g, ' ') ?? 'true'})`;
}

function policyDrift(database: Domain, catalogue: Catalogue): string[] {
  const { excess, missing } = compare(catalogue.policies, policiesOf(database, catalogue), policyKey);
  return [
    ...excess.map((policy) => `${policy.table} has ${describePolicy(policy)}, the matrix does not say so`),
    ...missing.map((policy) => `${policy.table} lacks ${describePolicy(policy)}, which the matrix asks for`),
  ];
}

function rowSecurityDrift(database: Domain, catalogue: Catalogue): string[] {
  return tenantTables(database, catalogue)
    .filter(({ rowSecurity }) => rowSecurity !== 'forced')
    .map(({ name, rowSecurity }) =>
      rowSecurity === 'none' ? `${name} has row security off` : `the row security of ${name} is not forced`,
    );
}

const appRoles: ReadonlySet<string> = new Set(
  domains.flatMap((service) =>
    privilegeClasses.flatMap((privilege) => [loginRole(service, privilege), rightsRole(service, privilege)]),
  ),
);

const ownerDrift = ({ relations }: Catalogue): string[] =>
  relations.filter(({ owner }) => appRoles.has(owner)).map(({ name, owner }) => `${owner} owns ${name}`);

function roleDrift(database: Domain, catalogue: Catalogue): string[] {
  const found = new Map(catalogue.roles.map(({ name, attributes }) => [name, attributes]));
  return rolesOf(database).flatMap(({ name, attributes }) => {
    const held = found.get(name);
    if (held === undefined) return [`there is no role ${name}`];
    const { excess, missing } = compare(held, attributes, (attribute) => attribute);
    return [
      ...excess.map((attribute) => `the role ${name} has ${attribute}, the matrix does not say so`),
      ...missing.map((attribute) => `the role ${name} lacks ${attribute}`),
    ];
  });
}

type Member = Omit<Membership, 'grantor'>;

const describeMember = ({ role, member, inherit, set }: Member): string =>
  `${member} is a member of ${role} (INHERIT ${inherit ? 'TRUE' : 'FALSE'}, SET ${set ? 'TRUE' : 'FALSE'})`;

function memberDrift(database: Domain, catalogue: Catalogue): string[] {
  const { excess, missing } = compare<Member>(memberships(database, catalogue), membershipsOf(database), membershipKey);
  return [
    ...excess.map((member) => `${describeMember(member)}, the matrix does not say so`),
    ...missing.map((member) => `${describeMember(member)}: the matrix says so, but it is not`),
  ];
}

/** A table that the matrix cannot place is told once, and not again by each right that it lacks. */
function withoutUnprotected(database: Domain, catalogue: Catalogue): Catalogue {
  const unprotected = unprotectedTables(database, catalogue);
  return { ...catalogue, relations: catalogue.relations.filter(({ name }) => !unprotected.includes(name)) };
}

/** The differences of one database, each a sentence that begins with its domain; none when it is as the matrix says. */
export function findDrift(database: Domain, catalogue: Catalogue): string[] {
  const placed = withoutUnprotected(database, catalogue);
  const differences = [
    ...findFaults(database, catalogue),
    ...roleDrift(database, placed),
    ...memberDrift(database, placed),
    ...ownerDrift(catalogue),
    ...rowSecurityDrift(database, placed),
    ...policyDrift(database, placed),
    ...rightsDrift(database, placed),
  ];
  return differences.map((difference) => `${database}: ${difference}`);
}
