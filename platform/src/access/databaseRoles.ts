/**
 * PostgreSQL's side of the matrix, as names: each service has one login per privilege class, so
 * that what a client's request can reach is not even a member of what an admin's can.
 *
 * A login role holds no rights and does not inherit any; each statement takes the rights role on,
 * together with the tenant (see `database/contextPool.ts`). A statement without context is refused.
 */
import { domains, type Domain } from '../domains.ts';
import type { Identity } from '../identity.ts';

import { people, services, type Person } from './matrix.ts';

/** `service`: the domain acting for itself; `sync`: the relay; the others: for a caller. */
export const privilegeClasses = ['client', 'admin', 'superadmin', 'key', 'service', 'sync'] as const;

export type PrivilegeClass = (typeof privilegeClasses)[number];

export const loginRole = (service: Domain, privilege: PrivilegeClass): string => `metatron_${service}_${privilege}`;

export const rightsRole = (service: Domain, privilege: PrivilegeClass): string =>
  `${loginRole(service, privilege)}_rights`;

/** The login of the job queue, and its schema in the cdx database, which is open to nobody else. */
export const QUEUE_ROLE = 'metatron_queue';
export const QUEUE_SCHEMA = 'bullmq';

/** The class that an identity's own statements run under; none for those without a person. */
export function privilegeOf(identity: Identity): PrivilegeClass | undefined {
  if (identity.kind === 'user') return identity.role;
  return identity.kind === 'key' ? 'key' : undefined;
}

export interface DatabaseLogin {
  readonly service: Domain;
  readonly privilege: PrivilegeClass;
}

/** Every login that a domain's database admits. */
export function loginsOf(database: Domain): readonly DatabaseLogin[] {
  const own: PrivilegeClass[] = ['service', 'sync'];
  for (const person of ['client', 'admin', 'superadmin', 'key'] satisfies Person[]) {
    const rule = people[person][database];
    if (rule.read !== 'none' || rule.write !== 'none') own.push(person);
  }
  const foreign = domains
    .filter((service) => service !== database)
    .filter((service) => services[service][database].read !== 'none' || services[service][database].write !== 'none')
    .map((service): DatabaseLogin => ({ service, privilege: database === 'cdx' ? 'sync' : 'service' }));
  return [...own.map((privilege) => ({ service: database, privilege })), ...foreign];
}
