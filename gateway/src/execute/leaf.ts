import {
  isCustomScalarType,
  isEnumType,
  type EnumType,
  type ScalarType,
  type Schema,
} from '@apollo/federation-internals';

export type IsValid = (value: unknown) => boolean;

const isInteger: IsValid = (value) => Number.isInteger(value) && /^-?\d+$/.test(String(value));

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
