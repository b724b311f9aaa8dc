/**
 * The gateway's own reading of the access matrix: by field, everyone who may use it. The subgraphs
 * read the same table by caller (platform/src/access/decide.ts) and share no code with this, so
 * that a mistake in the one is stopped by the other.
 */
import { exceptions, people, type Exception, type Person } from '@metatron/platform/access/matrix';
import { publishedFields } from '@metatron/platform/access/published';
import type { Domain } from '@metatron/platform/domains';

const everyone = Object.keys(people) as readonly Person[];

const published = new Set(
  Object.values(publishedFields).flatMap((types) =>
    Object.entries(types).flatMap(([type, fields]) => fields.map((field) => `${type}.${field}`)),
  ),
);

/** Why a field is open to whom: its domain's row of the matrix, or the exception in its place. */
export interface Verdict {
  readonly allowed: ReadonlySet<Person>;
  /** The coordinate that the exception is written for, with its reason. */
  readonly exception: (Exception & { readonly coordinate: string }) | undefined;
}

function findException(coordinate: string): Verdict['exception'] {
  const wholeType = coordinate.replace(/\..*$/, '.*');
  for (const written of [coordinate, wholeType]) {
    const exception = exceptions[written];
    if (exception !== undefined) return { ...exception, coordinate: written };
  }
  return undefined;
}

/** Who may use the field `Type.field` of a domain. A field of `Mutation` is a write, any other a read. */
export function verdictOn(coordinate: string, owner: Domain): Verdict {
  const exception = findException(coordinate);
  if (exception !== undefined) return { allowed: new Set(exception.allow), exception };
  const access = coordinate.startsWith('Mutation.') ? 'write' : 'read';
  const allowed = everyone.filter((person) => {
    const scope = people[person][owner][access];
    return scope === 'own' || scope === 'all' || (scope === 'published' && published.has(coordinate));
  });
  return { allowed: new Set(allowed), exception: undefined };
}
