/** Holds what the access matrix says of single fields against the fields that there are. */
import { exceptions, people } from '@metatron/platform/access/matrix';
import { publishedFields } from '@metatron/platform/access/published';
import { StartupError } from '@metatron/platform/errors';

import type { Owners } from './supergraph.ts';

/** The parts of the matrix that name fields; the types of TypeScript cannot check those. */
export interface FieldRules {
  readonly exceptions: Readonly<Record<string, { readonly allow: readonly string[] }>>;
  readonly publishedFields: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

function exceptionFaults(owners: Owners, { exceptions: rules }: FieldRules): string[] {
  const types = new Set([...owners.keys()].map((coordinate) => coordinate.replace(/\..*$/, '')));
  return Object.entries(rules).flatMap(([coordinate, { allow }]) => {
    const [type = '', field = ''] = coordinate.split('.');
    const isThere = field === '*' ? types.has(type) : owners.has(coordinate);
    const strangers = allow.filter((person) => !(person in people));
    return [
      ...(isThere ? [] : [`exceptions: ${coordinate} is no field of the supergraph`]),
      ...strangers.map((person) => `exceptions: ${coordinate} allows ${person}, who has no row`),
    ];
  });
}

function publishedFaults(owners: Owners, { publishedFields: rules }: FieldRules): string[] {
  return Object.entries(rules).flatMap(([domain, types]) =>
    Object.entries(types).flatMap(([type, fields]) =>
      fields
        .filter((field) => ![domain, 'shared'].includes(owners.get(`${type}.${field}`) ?? ''))
        .map((field) => `publishedFields: ${type}.${field} is no field of ${domain}`),
    ),
  );
}

/** @throws StartupError listing every fault at once. */
export function assertMatrix(owners: Owners, rules: FieldRules = { exceptions, publishedFields }): void {
  const faults = [...exceptionFaults(owners, rules), ...publishedFaults(owners, rules)];
  if (faults.length === 0) return;
  throw new StartupError(
    `The access matrix has ${String(faults.length)} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    'Mend platform/src/access/matrix.ts, or compose the supergraph anew: `node gateway/src/composeSupergraph.ts`.',
  );
}
