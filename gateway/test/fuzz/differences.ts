/** What differs between two answers, but for where a test of its own says that Apollo's is wrong. */
import type { ExecutionResult } from 'graphql';

import type { Answers } from './bed.ts';

interface Told {
  readonly message?: string | undefined;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: object | undefined;
}

/** The rules of `rules.test.ts` by which Apollo's answer is known to be wrong. */
export type Rule =
  | 'path of a failed fetch'
  | 'path of an entity'
  | 'entity without a place'
  | 'value of another kind'
  | 'fields of one name';

export interface Comparison {
  readonly differences: readonly string[];
  readonly explained: readonly Rule[];
}

const text = (error: Told): string => JSON.stringify([error.message, error.path, error.extensions]);

/** An error without the places in lists, which is where Apollo takes one entity for another. */
function loose({ message, path, extensions }: Told): string {
  const places = path?.map((part) => (typeof part === 'number' || part === '@' ? '#' : part));
  return JSON.stringify([message, places?.filter((part) => part !== '_entities'), extensions]);
}

/** What is in the one list and not in the other, each as often as it is. */
function without<T>(list: readonly T[], other: readonly T[], keyOf: (item: T) => string): T[] {
  const counts = new Map<string, number>();
  for (const item of other) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return list.filter((item) => {
    const left = counts.get(keyOf(item)) ?? 0;
    counts.set(keyOf(item), left - 1);
    return left <= 0;
  });
}

const isPlanPath = ({ path }: Told): boolean => path?.some((part) => part === '@' || part === '_entities') === true;

function compareErrors(apollo: readonly Told[], own: readonly Told[]): Comparison {
  const [theirs, ours] = [without(apollo, own, text), without(own, apollo, text)];
  const [strange, more] = [without(theirs, ours, loose), without(ours, theirs, loose)];
  const unknown = strange.filter((error) => !more.some((own) => isInside(error, own)));
  const extra = more.filter((own) => !strange.some((error) => isInside(error, own)));
  const known = without(theirs, unknown, text);
  return {
    differences: [
      ...unknown.map((error) => `only Apollo: ${text(error)}`),
      ...extra.map((error) => `only ours: ${text(error)}`),
    ],
    explained: known.map((error) => (isPlanPath(error) ? 'path of a failed fetch' : 'path of an entity')),
  };
}

/** Whether Apollo tells the path inside of an entity alone: counting those too that it did not ask for, it has come to one that is not there. */
function isInside(theirs: Told, ours: Told): boolean {
  const [within = [], whole = []] = [theirs.path, ours.path];
  const same = text({ ...ours, path: whole.slice(whole.length - within.length) });
  return within.length < whole.length && text(theirs) === same;
}

/** Another fetch has put null where the entity stood: Apollo tells its error as often as it asked for the entity. */
function withoutRepeats({ differences, explained }: Comparison, own: readonly Told[], data: unknown): Comparison {
  const nowhere = own.filter(({ path: [first = ''] = [] }) => !Object.hasOwn(data ?? {}, first));
  const repeats = new Set(nowhere.map((error) => `only Apollo: ${text(error)}`));
  const left = differences.filter((difference) => !repeats.has(difference));
  const repeated = differences.slice(left.length).map((): Rule => 'entity without a place');
  return { differences: left, explained: [...explained, ...repeated] };
}

const completionOf = ({ extensions }: ExecutionResult): readonly Told[] =>
  (extensions?.['valueCompletion'] ?? []) as readonly Told[];

/** Apollo gives up the whole answer where one value is of another kind. */
const givesUp = ({ data, errors }: ExecutionResult): boolean =>
  data === undefined &&
  /^Invalid non-(list|object|string) value|^Excepted output|^Got unexpected value/.test(errors?.[0]?.message ?? '');

/** Whether a place is inside of what is null, so that nobody sees what was there. */
function isLost(data: unknown, path: Told['path'] = []): boolean {
  let value = data;
  for (const part of path.slice(0, -1)) {
    if (value === null) return true;
    value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[part];
  }
  return value === null;
}

interface ShownFaults {
  readonly theirs: readonly Told[];
  readonly ours: readonly Told[];
  readonly explained: readonly Rule[];
}

/** Without what only one has found in a part of the answer that is lost to both. */
function shownFaults(apollo: ExecutionResult, own: ExecutionResult): ShownFaults {
  const [theirs, ours] = [completionOf(apollo), completionOf(own)];
  const lostIn = (faults: readonly Told[], others: readonly Told[]): Told[] =>
    without(faults, others, text).filter(({ path }) => isLost(own.data, path));
  const hidden = { theirs: lostIn(theirs, ours), ours: lostIn(ours, theirs) };
  return {
    theirs: without(theirs, hidden.theirs, text),
    ours: without(ours, hidden.ours, text),
    explained: [...hidden.theirs, ...hidden.ours].map(() => 'fields of one name'),
  };
}

export function compare({ apollo, own }: Answers): Comparison {
  if (givesUp(apollo) && own.data !== undefined) return { differences: [], explained: ['value of another kind'] };
  const [theirs, ours] = [JSON.stringify(apollo.data), JSON.stringify(own.data)];
  const data = theirs === ours ? [] : [`data of Apollo: ${theirs}\n        ours: ${ours}`];
  const errors = withoutRepeats(compareErrors(apollo.errors ?? [], own.errors ?? []), own.errors ?? [], own.data);
  const shown = shownFaults(apollo, own);
  const faults = compareErrors(shown.theirs, shown.ours);
  return {
    differences: [...data, ...errors.differences, ...faults.differences],
    explained: [...errors.explained, ...faults.explained, ...shown.explained],
  };
}
