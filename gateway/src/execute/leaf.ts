import {
  isCustomScalarType,
  isEnumType,
  type EnumType,
  type ScalarType,
  type Schema,
} from '@apollo/federation-internals';

export type IsValid = (value: unknown) => boolean;

/** Beyond it a number's text has an exponent, which no integer of GraphQL has. */
const MAX_INTEGER = 1e21;

const isInteger: IsValid = (value) => Number.isInteger(value) && Math.abs(value as number) < MAX_INTEGER;

/** Whether an answer's value is one of a built-in scalar or an enum; a scalar of its own may be anything. */
export function compileLeaf(schema: Schema, type: ScalarType | EnumType): IsValid {
  if (isEnumType(type)) {
    const names = new Set(type.values.map(({ name }) => name));
    return (value) => typeof value === 'string' && names.has(value);
  }
  if (isCustomScalarType(type)) return () => true;
  if (type === schema.booleanType()) return (value) => typeof value === 'boolean';
  if (type === schema.intType()) return isInteger;
  if (type === schema.floatType()) return (value) => Number.isFinite(value);
  return type === schema.idType()
    ? (value) => typeof value === 'string' || isInteger(value)
    : (value) => typeof value === 'string';
}

/** What `typeof` says of most values of a type, where nothing else has to be asked of them. */
export function plainKind(schema: Schema, type: ScalarType | EnumType): 'string' | 'boolean' | undefined {
  if (type === schema.booleanType()) return 'boolean';
  return type === schema.stringType() || type === schema.idType() ? 'string' : undefined;
}
