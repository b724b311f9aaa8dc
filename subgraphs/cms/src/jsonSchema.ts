/** JSON Schemas of items, generated from the definitions of their types. */
import { MAX_TEXT, type Field, type Kind } from './definition.ts';

/** A draft may lack what is required; what is published may not. */
export type Strictness = 'draft' | 'published';

type Schema = Readonly<Record<string, unknown>>;

const MAX_RICH_TEXT = 60_000;
const MAX_ITEMS = 500;

function schemaOf(kind: Kind, strictness: Strictness): Schema {
  switch (kind.type) {
    case 'text':
      return { type: 'string', maxLength: kind.maxLength ?? MAX_TEXT };
    case 'richtext':
      return { type: 'string', maxLength: MAX_RICH_TEXT };
    case 'number':
      return {
        type: kind.integer === true ? 'integer' : 'number',
        ...(kind.min === undefined ? {} : { minimum: kind.min }),
        ...(kind.max === undefined ? {} : { maximum: kind.max }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'select':
      return { type: 'string', enum: kind.options };
    case 'media':
    case 'relation':
      return { type: 'string', format: 'uuid' };
    case 'json':
      return {};
    case 'group':
      return objectSchema(kind.fields, strictness);
    case 'list':
      return { type: 'array', maxItems: MAX_ITEMS, items: schemaOf(kind.of, strictness) };
  }
}

/** What is required has a value: not null, and neither empty text nor an empty list. */
function requiredSchema(field: Field, strictness: Strictness): Schema {
  const schema = schemaOf(field, strictness);
  if (field.type === 'json') return { not: { type: 'null' } };
  if (field.type === 'list') return { ...schema, minItems: 1 };
  return field.type === 'text' || field.type === 'richtext' ? { ...schema, pattern: '\\S' } : schema;
}

function optionalSchema(field: Field, strictness: Strictness): Schema {
  const schema = schemaOf(field, strictness);
  if (field.type === 'json') return schema;
  return field.type === 'select'
    ? { ...schema, nullable: true, enum: [...field.options, null] }
    : { ...schema, nullable: true };
}

export function objectSchema(fields: readonly Field[], strictness: Strictness): Schema {
  const isRequired = ({ required }: Field): boolean => required && strictness === 'published';
  const property = (field: Field): Schema =>
    isRequired(field) ? requiredSchema(field, strictness) : optionalSchema(field, strictness);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields.map((field) => [field.name, property(field)])),
    required: fields.filter(isRequired).map(({ name }) => name),
  };
}
