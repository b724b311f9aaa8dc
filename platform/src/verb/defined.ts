/** The fields of `T` that have a value; null is one. */
export type Defined<T> = { [Field in keyof T]?: Exclude<T[Field], undefined> };

/** For updates: only what the caller named, since Prisma's inputs know no `undefined`. */
export function defined<T extends object>(patch: T): Defined<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Defined<T>;
}
