/** Finds, in what has been answered so far, the objects that a fetch goes on from. */
import { isRow, readOwn, setOwn, type Row } from './rows.ts';

/** Where something stands in the answer. */
export type Path = readonly (string | number)[];

const LIST = '@';

function isEnd(path: Path, at: number, value: unknown): value is Row {
  return at === path.length && isRow(value);
}

/** The objects along a plan's path; null and what is no object is passed over. */
export function collect(value: unknown, path: Path, at = 0, into: Row[] = []): Row[] {
  if (isEnd(path, at, value)) into.push(value);
  else if (Array.isArray(value)) {
    const next = path[at] === LIST ? at + 1 : at;
    for (const item of value) collect(item, path, next, into);
  } else if (isRow(value) && at < path.length) collect(readOwn(value, String(path[at])), path, at + 1, into);
  return into;
}

/** Shows each of those objects, and puts in its place the one that it is told to. @returns what stands there now */
export function exchangeAll(value: unknown, path: Path, exchange: (row: Row) => Row, at = 0): unknown {
  if (isEnd(path, at, value)) return exchange(value);
  if (Array.isArray(value)) {
    const next = path[at] === LIST ? at + 1 : at;
    for (let index = 0; index < value.length; index += 1) {
      const before: unknown = value[index];
      const after = exchangeAll(before, path, exchange, next);
      if (after !== before) value[index] = after;
    }
  } else if (isRow(value) && at < path.length) {
    const key = String(path[at]);
    const before = readOwn(value, key);
    const after = exchangeAll(before, path, exchange, at + 1);
    if (after !== before) setOwn(value, key, after);
  }
  return value;
}

/** The places of those objects, in the same order: asked only when there is an error to tell. */
export function placesOf(value: unknown, path: Path, at = 0, here: Path = [], into: Path[] = []): Path[] {
  if (isEnd(path, at, value)) into.push(here);
  else if (Array.isArray(value)) {
    const next = path[at] === LIST ? at + 1 : at;
    for (const [index, item] of value.entries()) placesOf(item, path, next, [...here, index], into);
  } else if (isRow(value) && at < path.length) {
    const key = String(path[at]);
    placesOf(readOwn(value, key), path, at + 1, [...here, key], into);
  }
  return into;
}
