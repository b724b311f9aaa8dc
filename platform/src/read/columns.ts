/** What a field's resolver reads of its row: lists of rows need not hold more. */

type Resolver = (row: never) => unknown;

const declared = new WeakMap<object, readonly string[]>();

/** A resolver that reads some columns of its row and nothing else. */
export function ofColumns<Row extends object, Value>(
  columns: readonly (keyof Row & string)[],
  resolve: (row: Row) => Value,
): (row: Row) => Value {
  declared.set(resolve, columns);
  return resolve;
}

/** What fields read of their rows: their own column unless a resolver is theirs; undefined when nobody knows. */
export function readsOf(resolvers: object): (type: string, field: string) => readonly string[] | undefined {
  const own = resolvers as Readonly<Record<string, Readonly<Record<string, Resolver | object>>>>;
  return (type, field) => {
    const fields = own[type];
    const resolver = fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
    return resolver === undefined ? [field] : declared.get(resolver);
  };
}
