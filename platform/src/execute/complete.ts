/**
 * From what resolvers give to the answer, for a query in which nothing goes wrong. Whatever is not as it should be is
 * thrown, in no words of its own: graphql-js then executes the query and says what is wrong, and where.
 */
import {
  GraphQLID,
  GraphQLString,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';

import { abandon, andThen, isPromise } from './promises.ts';

/** One execution: what is the same for all of its resolvers. */
export interface Execution {
  readonly context: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  /** By field of the operation, once it has been needed. */
  readonly calls: (Call | undefined)[];
}

/** What a field's resolver is called with, besides the object. */
export interface Call {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly info: GraphQLResolveInfo;
}

/** The answer's part of a value; a promise of it when something below is one. */
export type Complete = (value: unknown, execution: Execution, info: GraphQLResolveInfo) => unknown;

/** Writes an object of one type. */
export type Write = (source: unknown, execution: Execution) => unknown;

/** Something is not as it should be. */
export class Irregular extends Error {}

function leaf(type: GraphQLLeafType): Complete {
  const isText = type === GraphQLString || type === GraphQLID;
  return (value) => {
    if (value === null || value === undefined) return null;
    if (isText && typeof value === 'string') return value;
    if (value instanceof Error) throw value;
    const written: unknown = type.serialize(value);
    if (written === null || written === undefined) throw new Irregular();
    return written;
  };
}

function required(value: unknown): unknown {
  if (value === null) throw new Irregular();
  return isPromise(value) ? value.then(required) : value;
}

function list(item: Complete): Complete {
  return (values, execution, info) => {
    if (values === null || values === undefined) return null;
    if (!Array.isArray(values)) throw new Irregular();
    const next = (value: unknown): unknown => item(value, execution, info);
    const completed: unknown[] = [];
    try {
      for (const value of values as unknown[]) completed.push(andThen(value, next));
    } catch (error) {
      abandon(completed);
      throw error;
    }
    return completed.some(isPromise) ? Promise.all(completed) : completed;
  };
}

function object(write: Write): Complete {
  return (value, execution) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return write(value, execution);
  };
}

/** Of which type an object is, its resolver says by name. */
function abstract(type: GraphQLAbstractType, compile: Compile): Complete {
  const known = new Map<unknown, Write>();
  const writeOf = (name: unknown, { schema }: GraphQLResolveInfo): Write => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const named = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(named) || !schema.isSubType(type, named)) throw new Irregular();
    const write = compile(named);
    known.set(name, write);
    return write;
  };
  return (value, execution, info) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error || type.resolveType == null) throw new Irregular();
    const name: unknown = type.resolveType(value, execution.context, info, type);
    return andThen(name, (found) => writeOf(found, info)(value, execution));
  };
}

/** Compiles what is asked of an object of a type. */
type Compile = (type: GraphQLObjectType) => Write;

/** @throws Irregular for types whose objects say themselves whether they are of it */
export function compileComplete(type: GraphQLOutputType, compile: Compile): Complete {
  if (isNonNullType(type)) {
    const inner = compileComplete(type.ofType, compile);
    return (value, execution, info) => required(inner(value, execution, info));
  }
  if (isListType(type)) return list(compileComplete(type.ofType, compile));
  if (isLeafType(type)) return leaf(type);
  return isAbstractType(type) ? abstract(type, compile) : object(compile(type));
}
