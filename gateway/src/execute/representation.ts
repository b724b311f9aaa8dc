/** Builds the representation of an entity: its key, and what the next subgraph requires of it. */
import type { Schema } from '@apollo/federation-internals';
import type { QueryPlanFieldNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';

import { isRow, mergeInto, readOwn, setOwn, type Row } from './rows.ts';
import { within } from './subtypes.ts';

/** Null when something of it is missing. */
export type Build = (source: unknown) => Row | null;

/** Adds its part of an entity; false when that part is missing. */
type Part = (source: Row, into: Row) => boolean;

export const responseName = ({ alias, name }: QueryPlanFieldNode): string => alias ?? name;

function fieldPart(schema: Schema, node: QueryPlanFieldNode): Part {
  const key = responseName(node);
  const below = node.selections === undefined ? undefined : compileBuild(schema, node.selections);
  return (source, into) => {
    const value = readOwn(source, key);
    if (value === undefined) return false;
    if (below === undefined) setOwn(into, key, value);
    else setOwn(into, key, Array.isArray(value) ? value.map(below) : below(value));
    return true;
  };
}

function fragmentPart(schema: Schema, { typeCondition, selections }: QueryPlanInlineFragmentNode): Part | undefined {
  if (typeCondition === undefined) return undefined;
  const isWithin = within(schema, typeCondition);
  const build = compileBuild(schema, selections);
  return (source, into) => {
    const typeName = source['__typename'];
    if (typeof typeName !== 'string' || !isWithin(typeName)) return true;
    const built = build(source);
    if (built !== null) mergeInto(into, built);
    return true;
  };
}

/** Compiles what a fetch requires. */
export function compileBuild(schema: Schema, selections: readonly QueryPlanSelectionNode[]): Build {
  const parts = selections
    .map((selection) => (selection.kind === 'Field' ? fieldPart(schema, selection) : fragmentPart(schema, selection)))
    .filter((part) => part !== undefined);
  return (source) => {
    if (!isRow(source)) return null;
    const built: Row = {};
    for (const part of parts) if (!part(source, built)) return null;
    return built;
  };
}
