/** Compiles the last step of an operation: from what subgraphs gave to what was asked for. */
import {
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type EnumType,
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
  told,
  type Complete,
  type Completion,
  type Named,
  type Read,
} from './complete.ts';
import type { Conditions } from './conditions.ts';
import { fieldsOf, type Field, type Piece } from './fields.ts';
import { compileLeaf, plainKind } from './leaf.ts';
import { jsonOf } from './outcome.ts';
import type { PlanNames } from './planNames.ts';
import type { Planned } from './planner.ts';
import { isInherited, isRow, readOwn, type Row } from './rows.ts';

export interface Shaped {
  readonly json: string;
  readonly faults: readonly GraphQLError[];
  readonly garbage: readonly GraphQLError[];
}

/** @param shared the objects that stand at several places of it */
export type Shape = (source: Row, shared: ReadonlySet<Row>) => Shaped;

interface Slot {
  readonly key: string;
  /** What stands before the value: a separator and the key. */
  readonly prefix: string;
  /** What `typeof` says of a value that needs no further look. */
  readonly plain: 'string' | 'boolean' | undefined;
  readonly read: Read;
}

/** Writes an object; undefined when one of its fields takes the whole object with it. */
type Write = (source: Row, completion: Completion) => string | undefined;

/** The type of a field that is no list and has no fields. */
function leafOf(type: OutputType): ScalarType | EnumType | undefined {
  const nullable = isNonNullType(type) ? (type.ofType as OutputType) : type;
  return isListType(nullable) || isNonNullType(nullable) || isCompositeType(nullable) ? undefined : nullable;
}

class ShapeCompiler {
  private readonly schema: Schema;
  private readonly conditions: Conditions;
  private readonly names: PlanNames;

  constructor(schema: Schema, conditions: Conditions, names: PlanNames) {
    this.names = names;
    this.schema = schema;
    this.conditions = conditions;
  }

  /** The fields of an object of one type. */
  write(pieces: readonly Piece[], typeName: string | undefined): Write {
    const fields = fieldsOf(this.schema, this.conditions, pieces, typeName);
    const slots = fields.map((field, index) => this.slot(field, index === 0 ? '' : ','));
    return (source, completion) => {
      let text = '{';
      for (const { key, prefix, plain, read } of slots) {
        const given = plain === undefined ? undefined : source[key];
        const value = given !== undefined && typeof given === plain ? jsonOf(given) : read(source, completion);
        if (value === BUBBLE) return undefined;
        text += prefix + told(value);
      }
      return `${text}}`;
    };
  }

  private slot(field: Field, separator: string): Slot {
    const { key } = field;
    const prefix = `${separator}${jsonOf(this.names.inAnswer(key))}:`;
    if (field.isTypeName) return { key, prefix, plain: undefined, read: this.typeName(field) };
    const leafType = isInherited(key) ? undefined : leafOf(field.type);
    const read = this.value(field);
    if (leafType === undefined) return { key, prefix, plain: undefined, read };
    return { key, prefix, plain: plainKind(this.schema, leafType), read: this.readLeaf(key, leafType, read) };
  }

  /** The name of a type that the API has; of another one, the type that is known without it. */
  private typeName({ key, parent }: Field): Read {
    const known = isObjectType(parent) ? jsonOf(parent.name) : BUBBLE;
    return (source) => {
      const given = readOwn(source, key) ?? (key === '__typename' ? null : (source['__typename'] ?? null));
      const type = typeof given === 'string' ? this.schema.type(given) : undefined;
      if (type === undefined) return known;
      return isObjectType(type) ? jsonOf(type.name) : BUBBLE;
    };
  }

  private value({ key, type, parent, pieces }: Field): Read {
    const complete = this.complete(type, pieces, parent.name);
    const name = this.names.inAnswer(key);
    return (source, completion) => {
      completion.path.push(name);
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
      return value != null && isValid(value) ? jsonOf(value) : read(source, completion);
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
    const byType = new Map<string | undefined, Write>();
    const writeOf = (typeName: string | undefined): Write => {
      const write = byType.get(typeName) ?? this.write(pieces, typeName);
      byType.set(typeName, write);
      return write;
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
      return (known ?? writeOf(typeName))(value, completion) ?? FAILED;
    };
  }

  private isObject(typeName: string): boolean {
    const type = this.schema.type(typeName);
    return type !== undefined && isCompositeType(type);
  }
}

/** Compiles an operation's answer under some conditions. */
export function compileShape({ operation, names }: Planned, conditions: Conditions): Shape {
  const schema = operation.schema();
  const root = schema.schemaDefinition.rootType(operation.rootKind);
  if (root === undefined) throw new Error(`the schema has no ${operation.rootKind}`);
  const write = new ShapeCompiler(schema, conditions, names).write(
    [{ set: operation.selectionSet, parent: root }],
    undefined,
  );
  return (source, shared) => {
    const completion: Completion = { path: [], faults: [], garbage: [], shared, known: new Map() };
    const json = write(source, completion) ?? 'null';
    return { json, faults: completion.faults, garbage: completion.garbage };
  };
}
