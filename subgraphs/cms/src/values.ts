/** The single values of an item's data, found by the definition of its type. */
import type { z } from 'zod';

import type { Field, Kind } from './definition.ts';

export type Json = z.core.util.JSONType;
export type JsonObject = Readonly<Record<string, Json>>;

/** A value with the kind that it has and the path to it. */
export interface Leaf {
  readonly kind: Kind;
  readonly value: Json;
  readonly path: readonly string[];
}

export const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mapValue(leaf: Leaf, change: (leaf: Leaf) => Json): Json {
  const { kind, value, path } = leaf;
  if (kind.type === 'group') return isObject(value) ? mapValues(kind.fields, value, change, path) : value;
  if (kind.type !== 'list') return change(leaf);
  if (!Array.isArray(value)) return value;
  return value.map((item, index) => mapValue({ kind: kind.of, value: item, path: [...path, String(index)] }, change));
}

/** The data with each value of a plain kind changed; what the type does not know stays as it is. */
export function mapValues(
  fields: readonly Field[],
  data: JsonObject,
  change: (leaf: Leaf) => Json,
  path: readonly string[] = ['data'],
): Record<string, Json> {
  const kinds = new Map(fields.map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const kind = kinds.get(name);
      return [name, kind === undefined ? value : mapValue({ kind, value, path: [...path, name] }, change)];
    }),
  );
}

/** The values of a plain kind, in order. */
export function leavesOf(fields: readonly Field[], data: JsonObject): Leaf[] {
  const found: Leaf[] = [];
  mapValues(fields, data, (leaf) => {
    found.push(leaf);
    return leaf.value;
  });
  return found;
}
