import type { Right } from './catalogue.ts';

/** A sentence about rights, with `may` or `may not` put in. */
type Sentence = (may: string) => string;

const KINDS = { table: '', function: 'the function ', schema: 'the schema ' } as const;

const nameOf = ({ kind, object }: Right): string =>
  kind === 'database' ? 'the database' : `${KINDS[kind]}${object ?? ''}`;

const columnsOf = (rights: readonly Right[]): string => {
  const columns = rights.flatMap(({ column }) => column ?? []);
  return columns.length === 0 ? '' : ` (${columns.join(', ')})`;
};

/** Rights in few sentences: the verbs that a role has on the same columns of the same object go together. */
export function describeRights(rights: readonly Right[]): Sentence[] {
  const byVerb = Map.groupBy(rights, ({ grantee, verb, kind, object, column }) =>
    JSON.stringify([grantee, verb, kind, object, column === null]),
  );
  const alike = Map.groupBy(byVerb.values(), (group) =>
    JSON.stringify([group[0]?.grantee, group[0] === undefined ? '' : nameOf(group[0]), columnsOf(group)]),
  );
  return [...alike.values()].map((groups) => {
    const [first] = groups.flat();
    const verbs = groups.map(([right]) => right?.verb).join(', ');
    return (may) =>
      first === undefined ? '' : `${first.grantee} ${may} ${verbs}${columnsOf(groups[0] ?? [])} on ${nameOf(first)}`;
  });
}
