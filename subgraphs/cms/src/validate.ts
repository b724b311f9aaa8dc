/** Whether an item's data fits its type. */
import type { UserError } from '@metatron/platform/errors';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { LRUCache } from 'lru-cache';

import type { Definition } from './definition.ts';
import { objectSchema, type Strictness } from './jsonSchema.ts';

const MAX_VALIDATORS = 500;
const MAX_FAULTS = 50;

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv, ['date', 'uuid']);

/** By definition and not by a type's version: what a transaction compiled may be rolled back. */
const validators = new LRUCache<string, ValidateFunction>({
  max: MAX_VALIDATORS,
  dispose: ({ schema }) => void ajv.removeSchema(schema),
});

function validatorOf({ fields }: Definition, strictness: Strictness): ValidateFunction {
  const key = `${strictness} ${JSON.stringify(fields)}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  const made = ajv.compile(objectSchema(fields, strictness));
  validators.set(key, made);
  return made;
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};
const EMPTY = 'This is required.';

function messageOf({ keyword, params }: ErrorObject): string {
  const { type, limit, format, allowedValues } = params as Readonly<Record<string, unknown>>;
  const bound = String(limit);
  switch (keyword) {
    case 'type':
      return `This must be ${words[String(type).replace(',null', '')] ?? String(type)}.`;
    case 'additionalProperties':
      return 'The type has no such field.';
    case 'enum':
      return `This must be one of: ${(allowedValues as (string | null)[]).filter((value) => value !== null).join(', ')}.`;
    case 'format':
      return format === 'date' ? 'This must be a date such as 2026-01-31.' : 'This must be an id.';
    case 'maxLength':
      return `This must have at most ${bound} characters.`;
    case 'maxItems':
      return `This must have at most ${bound} items.`;
    case 'minimum':
      return `This must be at least ${bound}.`;
    case 'maximum':
      return `This must be at most ${bound}.`;
    default:
      return EMPTY;
  }
}

/** JSON Pointer's own escapes (RFC 6901). */
const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function pathOf({ instancePath, params }: ErrorObject): string[] {
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, string | undefined>>;
  const last = missingProperty ?? additionalProperty;
  return [...partsOf(instancePath), ...(last === undefined ? [] : [last])];
}

/** What of the data does not fit, each fault at its field's path under `data`; empty when all does. */
export function faultsOf(definition: Definition, data: unknown, strictness: Strictness): UserError[] {
  const validate = validatorOf(definition, strictness);
  if (validate(data)) return [];
  return (validate.errors ?? []).slice(0, MAX_FAULTS).map((error): UserError => ({
    code: 'INVALID',
    field: ['data', ...pathOf(error)],
    message: error.keyword === 'required' ? EMPTY : messageOf(error),
  }));
}
