/** How a value of the answer is completed: checked against its type, null where it must be. */
import { ERRORS } from '@apollo/federation-internals';
import { GraphQLError } from 'graphql';

import { jsonOf } from './outcome.ts';
import type { Row } from './rows.ts';

/** Null, and the reason has been told. */
export const FAILED = Symbol('failed');
/** Null where null may not stand: what holds it is null in its place. */
export const BUBBLE = Symbol('bubble');

/** What one answer's completion has found wrong. */
export interface Completion {
  /** Where it stands now. */
  readonly path: (string | number)[];
  /** Against the schema: told apart from what subgraphs say. */
  readonly faults: GraphQLError[];
  /** Answers that are no GraphQL: `[…]` for an object and the like. */
  readonly garbage: GraphQLError[];
  /** Objects that stand at several places. */
  readonly shared: ReadonlySet<Row>;
  /** What has become of them, by who completed them. */
  readonly known: Map<Row, { readonly by: Complete; readonly completed: unknown }>;
}

/** Completes one value; null, FAILED, BUBBLE, or the JSON that the caller gets. */
export type Complete = (value: unknown, completion: Completion) => unknown;

/** Says in an error where a value stands, by the last part of its path. */
export interface Named {
  readonly field: string;
  readonly type: string;
}

function describe({ field, type }: Named, last: string | number | undefined): string {
  return typeof last === 'number'
    ? `array element of type ${type} at index ${String(last)}`
    : `field ${field}.${String(last)}`;
}

/** Notes what is against the schema. */
export function fault({ path, faults }: Completion, what: string, named: Named): typeof FAILED {
  const message = `${what} ${describe(named, path.at(-1))}.`;
  faults.push(ERRORS.INVALID_GRAPHQL.err(message, { path: [...path] }));
  return FAILED;
}

/** GraphQL 6.4.3 and 6.4.4: a value of another kind is an error of its field, which is null. */
export function refuse({ path, garbage }: Completion, expected: string): typeof FAILED {
  garbage.push(new GraphQLError(`A subgraph answered with something else than ${expected}.`, { path: [...path] }));
  return FAILED;
}

/** The JSON of what has been completed. */
export const told = (completed: unknown): string => (typeof completed === 'string' ? completed : 'null');

export function nonNull(inner: Complete, named: Named): Complete {
  return (value, completion) => {
    const completed = inner(value, completion);
    if (completed === null) fault(completion, 'Cannot return null for non-nullable', named);
    return completed === null || completed === FAILED ? BUBBLE : completed;
  };
}

export function list(inner: Complete): Complete {
  return (value, completion) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return refuse(completion, 'a list');
    const { path } = completion;
    const at = path.length;
    let text = '[';
    let isLost = false;
    for (let index = 0; index < value.length; index += 1) {
      path[at] = index;
      const item = inner(value[index], completion);
      isLost ||= item === BUBBLE;
      text += (index === 0 ? '' : ',') + told(item);
    }
    path.length = at;
    return isLost ? FAILED : `${text}]`;
  };
}

/** Completes once what stands at several places; what is wrong with it is told at each of them. */
export function once(inner: Complete): Complete {
  return (value, completion) => {
    const { shared, known, faults, garbage } = completion;
    if (shared.size === 0 || !shared.has(value as Row)) return inner(value, completion);
    const before = known.get(value as Row);
    if (before?.by === inner) return before.completed;
    const wrong = faults.length + garbage.length;
    const completed = inner(value, completion);
    if (faults.length + garbage.length === wrong) known.set(value as Row, { by: inner, completed });
    return completed;
  };
}

export function leaf(isValid: (value: unknown) => boolean, named: Named): Complete {
  return (value, completion) => {
    if (value === null || value === undefined) return null;
    return isValid(value) ? jsonOf(value) : fault(completion, 'Invalid value found for', named);
  };
}

/** One field of an object: reads it from the answer so far. */
export type Read = (source: Row, completion: Completion) => unknown;
