/** The roles of a database as the matrix makes them: logins without a right, each with one role of rights to take on. */
import { escapeIdentifier as identifier } from 'pg';

import type { Domain } from '../domains.ts';

import type { Catalogue, Membership, RoleState } from './catalogue.ts';
import { loginRole, loginsOf, QUEUE_ROLE, rightsRole } from './databaseRoles.ts';

/** The roles that a database is to know, with their attributes. */
export function rolesOf(database: Domain): RoleState[] {
  const roles = loginsOf(database).flatMap(({ service, privilege }): RoleState[] => [
    { name: rightsRole(service, privilege), attributes: [] },
    { name: loginRole(service, privilege), attributes: ['LOGIN'] },
  ]);
  return database === 'cdx' ? [...roles, { name: QUEUE_ROLE, attributes: ['LOGIN'] }] : roles;
}

/** Who may take on which rights; a login inherits none. */
export const membershipsOf = (database: Domain): Omit<Membership, 'grantor'>[] =>
  loginsOf(database).map(({ service, privilege }) => ({
    role: rightsRole(service, privilege),
    member: loginRole(service, privilege),
    ...{ inherit: false, set: true, admin: false },
  }));

export const membershipKey = ({ role, member, inherit, set, admin }: Omit<Membership, 'grantor'>): string =>
  JSON.stringify([role, member, inherit, set, admin]);

/** The memberships that concern a database's roles, of whichever side. */
export function memberships(database: Domain, catalogue: Catalogue): readonly Membership[] {
  const names = new Set(rolesOf(database).map(({ name }) => name));
  return catalogue.memberships.filter(({ role, member }) => names.has(role) || names.has(member));
}

/** Only what differs is named: not every owner may so much as mention some of the attributes. */
function alter({ name, attributes }: RoleState, found: RoleState): string[] {
  const missing = attributes.filter((attribute) => !found.attributes.includes(attribute));
  const excess = found.attributes.filter((attribute) => !attributes.includes(attribute));
  const changes = [...missing, ...excess.map((attribute) => `NO${attribute}`)];
  return changes.length === 0 ? [] : [`ALTER ROLE ${identifier(name)} ${changes.join(' ')};`];
}

const grantMembership = ({ role, member }: Pick<Membership, 'role' | 'member'>): string =>
  `GRANT ${identifier(role)} TO ${identifier(member)} WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;`;

const revokeMembership = ({ role, member, grantor }: Membership): string =>
  `REVOKE ${identifier(role)} FROM ${identifier(member)} GRANTED BY ${identifier(grantor)} CASCADE;`;

export interface RoleStatements {
  /** What an owner who may make roles can do. */
  readonly make: readonly string[];
  /** What takes back what somebody stronger gave; the strongest there is has to run it. */
  readonly mend: readonly string[];
}

/** The statements that make the roles what they are to be, whatever they were before; passwords apart. */
export function roleStatements(database: Domain, catalogue: Catalogue): RoleStatements {
  const found = new Map(catalogue.roles.map((role) => [role.name, role]));
  const expected = new Set(membershipsOf(database).map(membershipKey));
  const held = memberships(database, catalogue);
  const heldKeys = new Set(held.map(membershipKey));
  const roles = rolesOf(database).filter(({ name }) => name !== QUEUE_ROLE);
  return {
    mend: [
      ...held.filter((membership) => !expected.has(membershipKey(membership))).map(revokeMembership),
      ...rolesOf(database).flatMap((role) => alter(role, found.get(role.name) ?? role)),
    ],
    make: [
      ...roles
        .filter(({ name }) => !found.has(name))
        .map(({ name, attributes }) => `CREATE ROLE ${identifier(name)} ${attributes[0] ?? 'NOLOGIN'} NOINHERIT;`),
      ...membershipsOf(database)
        .filter((membership) => !heldKeys.has(membershipKey(membership)))
        .map(grantMembership),
    ],
  };
}
