/** Who may use one field of the API, and which line of the access matrix says so. */
import { people, type Person } from '@metatron/platform/access/matrix';
import { publishedFields } from '@metatron/platform/access/published';
import type { Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';

import type { Owners } from '../src/supergraph.ts';
import { verdictOn, type Verdict } from '../src/verdicts.ts';

const NEAREST = 5;

/** The fields of a type that was named alone; otherwise what is spelt alike. */
function nearest(coordinate: string, owners: Owners): readonly string[] {
  const all = [...owners.keys()];
  const ofType = all.filter((name) => name.startsWith(`${coordinate}.`));
  return (ofType.length > 0 ? ofType : suggestionList(coordinate, all)).slice(0, NEAREST);
}

function reasonFor(person: Person, coordinate: string, domain: Domain, { exception }: Verdict): string {
  if (exception !== undefined) {
    const line = `exceptions['${exception.coordinate}']`;
    return exception.allow.includes(person) ? `${line}: ${exception.reason}` : `${line} does not name it`;
  }
  const [type = '', field = ''] = coordinate.split('.');
  const verb = type === 'Mutation' ? 'write' : 'read';
  const scope = people[person][domain][verb];
  const listed = publishedFields[domain]?.[type]?.includes(field) === true ? 'names it' : 'does not name it';
  const line = `people.${person}.${domain}.${verb} is ${scope}`;
  return scope === 'published' ? `${line}, and publishedFields.${domain} ${listed}` : line;
}

/**
 * @returns the lines to print.
 * @throws StartupError for a field that is not in the supergraph, with the nearest that are.
 */
export function explainCoordinate(coordinate: string, owners: Owners): string[] {
  const domain = owners.get(coordinate);
  if (domain === undefined) {
    const names = nearest(coordinate, owners);
    throw new StartupError(
      `There is no field ${coordinate}.`,
      names.length === 0 ? 'Give a field as Type.field.' : `The nearest are ${names.join(', ')}.`,
    );
  }
  if (domain === 'shared')
    return [`${coordinate} is resolved by several services: who may use what holds it may use it.`];
  const verdict = verdictOn(coordinate, domain);
  const verdicts = (Object.keys(people) as Person[]).map((person) => {
    const may = verdict.allowed.has(person) ? 'may' : 'may not';
    return `  ${person.padEnd(11)} ${may.padEnd(8)} ${reasonFor(person, coordinate, domain, verdict)}`;
  });
  return [`${coordinate} lives in the ${domain} database.`, ...verdicts];
}
