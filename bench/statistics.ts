export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN;

/** What a share of the values is below. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? NaN;

export const round = (value: number): number => Number(value.toFixed(3));

/** What each contender's turns gave, by its name. */
export type Turns<Name extends string, Value = number> = Readonly<Record<Name, readonly Value[]>>;

/**
 * Lets contenders take turns, in another order each round, so that whatever else the machine does
 * falls on all of them. The first rounds warm up and are not counted.
 */
export async function takeTurns<Name extends string, Value = number>(
  contenders: Readonly<Record<Name, () => Promise<Value>>>,
  { warmUps, rounds }: { readonly warmUps: number; readonly rounds: number },
): Promise<Turns<Name, Value>> {
  const names = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Value[]])) as Record<Name, Value[]>;
  for (let turn = 0; turn < warmUps + rounds; turn += 1) {
    const first = turn % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const value = await contenders[name]();
      if (turn >= warmUps) taken[name].push(value);
    }
  }
  return taken;
}
