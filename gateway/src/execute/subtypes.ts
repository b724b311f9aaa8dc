import { isInterfaceType, isUnionType, type Schema } from '@apollo/federation-internals';

/** Whether a type of this name is, or is one of, the types of a condition. */
export type IsWithin = (typeName: string) => boolean;

function membersOf(schema: Schema, condition: string): readonly string[] {
  const type = schema.type(condition);
  if (type === undefined) return [];
  if (isInterfaceType(type)) return type.allImplementations().map(({ name }) => name);
  return isUnionType(type) ? type.types().map(({ name }) => name) : [];
}

/** Decides a type condition by names, which is all that an answer has. */
export function within(schema: Schema, condition: string): IsWithin {
  const names = new Set([condition, ...membersOf(schema, condition)]);
  return (typeName) => names.has(typeName);
}
