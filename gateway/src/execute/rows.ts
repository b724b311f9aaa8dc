/** Objects of answers: reading, merging and copying them by keys that a caller chose. */

/** An object of an answer, by response keys. */
export type Row = Record<string, unknown>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that every object seems to have. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export const isInherited = (key: string): boolean => INHERITED.has(key);

/** What stands at a key of an object itself, not of what it inherits from. */
export function readOwn(row: Row, key: string): unknown {
  const value = row[key];
  return value !== undefined && isInherited(key) && !Object.hasOwn(row, key) ? undefined : value;
}

/** Sets a key that may be named like a part of the language. */
export function setOwn(row: Row, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(row, key, { value, configurable: true, enumerable: true, writable: true });
  else row[key] = value;
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) {
    const before = target[index];
    if (isRow(before) && isRow(value)) mergeInto(before, value);
    else target[index] = value;
  }
}

function mergeKey(target: Row, key: string, value: unknown): void {
  const before = readOwn(target, key);
  if (isRow(before) && isRow(value)) mergeInto(before, value);
  else if (Array.isArray(before) && Array.isArray(value) && before.length === value.length) mergeLists(before, value);
  else setOwn(target, key, value);
}

/** Merges one object of an answer into another at all depths; lists of the same length item by item. */
export function mergeInto(target: Row, source: Row, keys: readonly string[] = Object.keys(source)): void {
  for (const key of keys) {
    const value = source[key];
    const before = target[key];
    if (value === undefined || before === value) continue;
    // What is inherited is there as well, so that this is no key of the language.
    if (before === undefined) target[key] = value;
    else mergeKey(target, key, value);
  }
}

/** A copy at all depths, so that two places of an answer do not share an object. */
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isRow(value)) return value;
  const copied: Row = {};
  for (const key of Object.keys(value)) setOwn(copied, key, copy(value[key]));
  return copied;
}
