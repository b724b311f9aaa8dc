/** Tells entities apart before anything is built of them: most objects of an answer are ones already asked for. */
import type { Schema } from '@apollo/federation-internals';
import type { QueryPlanSelectionNode } from '@apollo/query-planner';

import { compileBuild, responseName, type Build } from './representation.ts';
import type { Rewrite } from './rewrites.ts';
import { isInherited, type Row } from './rows.ts';
import { within } from './subtypes.ts';

/** How the entities of one type are known and built. */
export interface Identify {
  /** The same for the same representation; undefined when something of it is missing. */
  readonly keyOf: (row: Row) => unknown;
  readonly build: (row: Row) => Row | null;
  /** Whether the representation is all that is known of it, so that those of one key are one and the same. */
  readonly isBare: (row: Row) => boolean;
}

/** By the type that a row says it has. */
export type Identifier = (typeName: unknown) => Identify | undefined;

const NO_VALUE = '\u0000';

/** One part of a key, so written that no two lists of values give the same text. */
function written(value: unknown): string {
  if (typeof value === 'string') return `"${String(value.length)}:${value}`;
  if (typeof value === 'number') return `#${String(value)}`;
  const text = JSON.stringify(value);
  return `~${String(text.length)}:${text}`;
}

/** A value that is a key by itself; a text for what is not, which no text that is a value is taken for. */
function alone(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(NO_VALUE) ? NO_VALUE + written(value) : value;
  return typeof value === 'object' ? NO_VALUE + written(value) : value;
}

/** How many fields there are, without a list of them. */
function sizeOf(row: Row): number {
  let size = 0;
  for (const key in row) if (Object.hasOwn(row, key)) size += 1;
  return size;
}

/** Where a representation is a few fields as they stand. */
function identifyFlat(all: readonly string[]): Identify {
  const keys = all.filter((key) => key !== '__typename');
  const [only = '__typename', ...others] = keys;
  const keyOf = (row: Row): unknown => {
    const first = row[only];
    if (first === undefined || others.length === 0) return alone(first);
    let key = written(first);
    for (const other of others) {
      const value = row[other];
      if (value === undefined) return undefined;
      key += written(value);
    }
    return key;
  };
  return {
    keyOf,
    build: (row) => {
      const built: Row = {};
      for (const key of all) built[key] = row[key];
      return built;
    },
    isBare: (row) => sizeOf(row) === all.length,
  };
}

/** Where it is more than that: by all that it says. */
function identifyWhole(build: Build, rewrite: Rewrite | undefined): Identify {
  const whole = (row: Row): Row | null => {
    const built = build(row);
    if (!built?.['__typename']) return null;
    rewrite?.(built);
    return built;
  };
  return {
    keyOf(row) {
      const built = whole(row);
      return built === null ? undefined : JSON.stringify(built);
    },
    build: whole,
    isBare: () => false,
  };
}

/** The keys of one type's representation, when they are leaves and one fragment speaks of the type. */
function flatKeys(
  schema: Schema,
  requires: readonly QueryPlanSelectionNode[],
  typeName: string,
): readonly string[] | undefined {
  const applying = requires.filter(
    (node) =>
      node.kind === 'Field' || (node.typeCondition !== undefined && within(schema, node.typeCondition)(typeName)),
  );
  const [fragment, ...others] = applying;
  if (fragment?.kind !== 'InlineFragment' || others.length > 0) return undefined;
  const keys = fragment.selections.map((node) =>
    node.kind === 'Field' && node.selections === undefined ? responseName(node) : undefined,
  );
  const flat = keys.filter((key) => key !== undefined && !isInherited(key));
  return flat.length === keys.length && flat.includes('__typename') ? (flat as string[]) : undefined;
}

export function compileIdentifier(
  schema: Schema,
  requires: readonly QueryPlanSelectionNode[],
  rewrite: Rewrite | undefined,
): Identifier {
  const byType = new Map<string, Identify>();
  const whole = identifyWhole(compileBuild(schema, requires), rewrite);
  const identify = (typeName: string): Identify => {
    // Which type a row is of may be the planner's correction.
    const keys = rewrite === undefined ? flatKeys(schema, requires, typeName) : undefined;
    return keys === undefined ? whole : identifyFlat(keys);
  };
  return (typeName) => {
    if (typeof typeName !== 'string' || typeName === '') return undefined;
    const known = byType.get(typeName);
    if (known !== undefined) return known;
    const made = identify(typeName);
    if (schema.type(typeName) !== undefined) byType.set(typeName, made);
    return made;
  };
}
