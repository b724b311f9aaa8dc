import type { Domain } from '../domains.ts';
import type { Identity } from '../identity.ts';

import { exceptions, people, type Person } from './matrix.ts';
import { publishedFields } from './published.ts';

/** The matrix row that an identity acts under. */
export function personOf(identity: Identity): Person {
  return identity.kind === 'user' ? identity.role : identity.kind;
}

/** The exception that covers a coordinate, the exact one before its type's. */
export function exceptionFor(type: string, field: string) {
  return exceptions[`${type}.${field}`] ?? exceptions[`${type}.*`];
}

const isPublished = (domain: Domain, type: string, field: string): boolean =>
  publishedFields[domain]?.[type]?.includes(field) === true;

/** Whether callers of a scope of `published` see the type, but not this field of it. */
export const isWithheld = (domain: Domain, type: string, field: string): boolean =>
  publishedFields[domain]?.[type] !== undefined && !isPublished(domain, type, field);

/**
 * Whether a person may use the field `type.field` that lives in `domain`.
 *
 * A field of `Mutation` is a write; every other field is a read.
 */
export function mayUse(person: Person, domain: Domain, type: string, field: string): boolean {
  const exception = exceptionFor(type, field);
  if (exception !== undefined) return exception.allow.includes(person);
  const rule = people[person][domain];
  const scope = type === 'Mutation' ? rule.write : rule.read;
  return scope === 'published' ? isPublished(domain, type, field) : scope !== 'none';
}
