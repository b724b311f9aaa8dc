/** Compiles the last step of an operation: from what subgraphs gave to what was asked for. */
import {
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type EnumType,
  type Operation,
  type OutputType,
  type ScalarType,
  type Schema,
} from '@apollo/federation-internals';
import type { GraphQLError } from 'graphql';

import {
  BUBBLE,
  FAILED,
  fault,
  leaf,
  list,
  nonNull,
  once,
  refuse,
  type Complete,
  type Completion,
  type Named,
  type Read,
} from './complete.ts';
import type { Conditions } from './conditions.ts';
import { fieldsOf, type Field, type Piece } from './fields.ts';
import { compileLeaf, plainKind } from './leaf.ts';
import { isInherited, isRow, readOwn, setOwn, type Row } from './rows.ts';

export interface Shaped {
  readonly data: Row | null;
  readonly faults: readonly GraphQLError[];
  readonly garbage: readonly GraphQLError[];
}

/** @param shared the objects that stand at several places of it */
export type Shape = (source: Row, shared: ReadonlySet<Row>) => Shaped;

interface Slot {
  readonly key: string;
  readonly isPlain: boolean;
  /** What `typeof` says of a value that needs no further look. */
  readonly plain: 'string' | 'boolean' | undefined;
  readonly read: Read;
}

/** Fills an object's fields; false when one of them takes the whole object with it. */
type Fill = (source: Row, into: Row, completion: Completion) => boolean;

/** The type of a field that is no list and has no fields. */
function leafOf(type: OutputType): ScalarType | EnumType | undefined {
  const nullable = isNonNullType(type) ? (type.ofType as OutputType) : type;
  return isListType(nullable) || isNonNullType(nullable) || isCompositeType(nullable) ? undefined : nullable;
}

class ShapeCompiler {
  private readonly schema: Schema;
  private readonly conditions: Conditions;

  constructor(schema: Schema, conditions: Conditions) {
    this.schema = schema;
    this.conditions = conditions;
  }

  /** The fields of an object of one type. */
  fill(pieces: readonly Piece[], typeName: string | undefined): Fill {
    const slots = fieldsOf(this.schema, this.conditions, pieces, typeName).map((field) => this.slot(field));
    return (source, into, completion) => {
      for (const { key, isPlain, plain, read } of slots) {
        const given = plain === undefined ? undefined : source[key];
        const value = given !== undefined && typeof given === plain ? given : read(source, completion);
        if (value === BUBBLE) return false;
        const told = value === FAILED ? null : value;
        if (isPlain) into[key] = told;
        else setOwn(into, key, told);
      }
      return true;
    };
  }

  private slot(field: Field): Slot {
    const { key } = field;
    const isPlain = !isInherited(key);
    if (field.isTypeName) return { key, isPlain, plain: undefined, read: this.typeName(field) };
    const leafType = isPlain ? leafOf(field.type) : undefined;
    const read = this.value(field);
    if (leafType === undefined) return { key, isPlain, plain: undefined, read };
    return { key, isPlain, plain: plainKind(this.schema, leafType), read: this.readLeaf(key, leafType, read) };
  }

  /** The name of a type that the API has; of another one, the type that is known without it. */
  private typeName({ key, parent }: Field): Read {
    const known = isObjectType(parent) ? parent.name : BUBBLE;
    return (source) => {
      const given = readOwn(source, key) ?? (key === '__typename' ? null : (source['__typename'] ?? null));
      const type = typeof given === 'string' ? this.schema.type(given) : undefined;
      if (type === undefined) return known;
      return isObjectType(type) ? type.name : BUBBLE;
    };
  }

  private value({ key, type, parent, pieces }: Field): Read {
    const complete = this.complete(type, pieces, parent.name);
    return (source, completion) => {
      completion.path.push(key);
      const value = complete(readOwn(source, key), completion);
      completion.path.pop();
      return value;
    };
  }

  /** Most values are as they should be. */
  private readLeaf(key: string, type: ScalarType | EnumType, read: Read): Read {
    const isValid = compileLeaf(this.schema, type);
    return (source, completion) => {
      const value = source[key];
      return value != null && isValid(value) ? value : read(source, completion);
    };
  }

  private complete(type: OutputType, pieces: readonly Piece[], field: string): Complete {
    if (isNonNullType(type)) {
      const inner = type.ofType as OutputType;
      return nonNull(this.complete(inner, pieces, field), { field, type: String(inner) });
    }
    if (isListType(type)) return list(this.complete(type.ofType as OutputType, pieces, field));
    const named = { field, type: type.name };
    return isCompositeType(type) ? once(this.object(pieces, named)) : leaf(compileLeaf(this.schema, type), named);
  }

  /** Compiled for each type when the first object of it is seen. */
  private object(pieces: readonly Piece[], named: Named): Complete {
    const byType = new Map<string | undefined, Fill>();
    const fillOf = (typeName: string | undefined): Fill => {
      const fill = byType.get(typeName) ?? this.fill(pieces, typeName);
      byType.set(typeName, fill);
      return fill;
    };
    return (value, completion) => {
      if (value === null || value === undefined) return null;
      if (!isRow(value)) return refuse(completion, 'an object');
      const given = value['__typename'];
      if (given !== undefined && typeof given !== 'string') return refuse(completion, 'the name of a type');
      const typeName = given === '' ? undefined : given;
      const known = byType.get(typeName);
      if (known === undefined && typeName !== undefined && !this.isObject(typeName))
        return fault(completion, 'Invalid __typename found for object at', named);
      const into: Row = {};
      return (known ?? fillOf(typeName))(value, into, completion) ? into : FAILED;
    };
  }

  private isObject(typeName: string): boolean {
    const type = this.schema.type(typeName);
    return type !== undefined && isCompositeType(type);
  }
}

/** Compiles an operation's answer under some conditions. */
export function compileShape(operation: Operation, conditions: Conditions): Shape {
  const schema = operation.schema();
  const root = schema.schemaDefinition.rootType(operation.rootKind);
  if (root === undefined) throw new Error(`the schema has no ${operation.rootKind}`);
  const fill = new ShapeCompiler(schema, conditions).fill([{ set: operation.selectionSet, parent: root }], undefined);
  return (source, shared) => {
    const completion: Completion = { path: [], faults: [], garbage: [], shared, known: new Map() };
    const data: Row = {};
    const isWhole = fill(source, data, completion);
    return { data: isWhole ? data : null, faults: completion.faults, garbage: completion.garbage };
  };
}
