/** What an operation shows of rows, so that lists read those columns and no others. */
import {
  getNamedType,
  isAbstractType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

import type { PageRequest } from './arguments.ts';
import type { Table } from './table.ts';

/** What a field of a type reads of its row; undefined when nobody knows. */
export type Reads = (type: string, field: string) => readonly string[] | undefined;

/** By type, what an operation shows of rows; a type of which a resolver sees a row as a whole is not there. */
export type Shown = ReadonlyMap<string, ReadonlySet<string>>;

export function shownBy(schema: GraphQLSchema, document: DocumentNode, reads: Reads): Shown {
  const shown = new Map<string, ReadonlySet<string>>();
  const whole = new Set<string>();
  const note = (type: string, field: string): void => {
    const read = reads(type, field);
    if (read === undefined) whole.add(type);
    shown.set(type, new Set([...(shown.get(type) ?? []), ...(read ?? [])]));
  };
  const typeInfo = new TypeInfo(schema);
  const enter = ({ name: { value: field } }: { readonly name: { readonly value: string } }): void => {
    const type = getNamedType(typeInfo.getParentType());
    if (type == null) return;
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    for (const { name } of types) note(name, field);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  for (const type of whole) shown.delete(type);
  return shown;
}

/** A table with what an operation shows of it, and what a cursor is made of. */
export function narrow<Row>(table: Table<Row>, shown: Shown | undefined, { order }: PageRequest): Table<Row> {
  const wanted = shown?.get(table.type);
  if (wanted === undefined) return table;
  const kept = (field: string): boolean => wanted.has(field) || field === 'id' || field === order.field.name;
  return { ...table, fields: table.fields.filter(kept) };
}
