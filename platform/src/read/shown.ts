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

/** Whether a field of a type has a resolver of its own: what that reads of a row, nobody knows. */
export type HasResolver = (type: string, field: string) => boolean;

/** By type, the fields that an operation shows; a type of which a resolver sees a row is not there. */
export type Shown = ReadonlyMap<string, ReadonlySet<string>>;

export function shownBy(schema: GraphQLSchema, document: DocumentNode, hasResolver: HasResolver): Shown {
  const shown = new Map<string, Set<string>>();
  const resolved = new Set<string>();
  const note = (type: string, field: string): void => {
    if (hasResolver(type, field)) resolved.add(type);
    shown.set(type, (shown.get(type) ?? new Set<string>()).add(field));
  };
  const typeInfo = new TypeInfo(schema);
  const enter = ({ name: { value: field } }: { readonly name: { readonly value: string } }): void => {
    const type = getNamedType(typeInfo.getParentType());
    if (type == null) return;
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    for (const { name } of types) note(name, field);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  for (const type of resolved) shown.delete(type);
  return shown;
}

/** A table with what an operation shows of it, and what a cursor is made of. */
export function narrow<Row>(table: Table<Row>, shown: Shown | undefined, { order }: PageRequest): Table<Row> {
  const wanted = shown?.get(table.type);
  if (wanted === undefined) return table;
  const kept = (field: string): boolean => wanted.has(field) || field === 'id' || field === order.field.name;
  return { ...table, fields: table.fields.filter(kept) };
}
