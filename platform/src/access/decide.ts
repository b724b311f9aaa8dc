import type { Domain } from '../domains.ts';
import type { Identity } from '../identity.ts';

import { exceptions, people, type Person } from './matrix.ts';

/** The matrix row that an identity acts under. */
export function personOf(identity: Identity): Person {
  return identity.kind === 'user' ? identity.role : identity.kind;
}

/** The exception that covers a coordinate, the exact one before its type's. */
export function exceptionFor(type: string, field: string) {
  return exceptions[`${type}.${field}`] ?? exceptions[`${type}.*`];
}

/**
 * Whether a person may use the field `type.field` that lives in `domain`.
 *
 * A field of `Mutation` is a write; every other field is a read.
 */
export function mayUse(person: Person, domain: Domain, type: string, field: string): boolean {
  const exception = exceptionFor(type, field);
  if (exception !== undefined) return exception.allow.includes(person);
  const rule = people[person][domain];
  return (type === 'Mutation' ? rule.write : rule.read) !== 'none';
}
