/** What a content type says of its items: the definitions of fields, and the schema that checks them. */
import { z } from 'zod';

interface Labelled {
  readonly label?: string | undefined;
}

/** What a value may be, without the name that it stands under. */
export type Kind = Labelled &
  (
    | { readonly type: 'text'; readonly maxLength?: number | undefined }
    | {
        readonly type: 'number';
        readonly min?: number | undefined;
        readonly max?: number | undefined;
        readonly integer?: boolean | undefined;
      }
    | { readonly type: 'select'; readonly options: readonly string[] }
    | { readonly type: 'relation'; readonly to?: string | undefined }
    | { readonly type: 'group'; readonly fields: readonly Field[] }
    | { readonly type: 'list'; readonly of: Kind }
    | { readonly type: 'richtext' | 'boolean' | 'date' | 'media' | 'json' }
  );

export type Field = Kind & { readonly name: string; readonly required: boolean };

export interface Definition {
  readonly fields: readonly Field[];
}

export const MAX_TEXT = 20_000;
const MAX_FIELDS = 100;
const MAX_OPTIONS = 100;
/** Groups and lists within each other. */
const MAX_NESTING = 5;

/** Names that JavaScript gives a meaning of their own. */
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']);

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'A name has at most 50 letters, digits and _, a letter first.')
  .refine((value) => !RESERVED.has(value), 'This name is reserved.');

const label = z.string().trim().min(1, 'This must not be empty.').max(100, 'This is too long.').optional();

function requireOrder({ min, max }: { min?: number | undefined; max?: number | undefined }): boolean {
  return min === undefined || max === undefined || min <= max;
}

/** Every kind of field, with what else stands beside its type. */
function kindsWith<Shape extends z.ZodRawShape>(shape: Shape) {
  const plain = (type: 'richtext' | 'boolean' | 'date' | 'media' | 'json') =>
    z.strictObject({ ...shape, label, type: z.literal(type) });
  return z.discriminatedUnion(
    'type',
    [
      z.strictObject({ ...shape, label, type: z.literal('text'), maxLength: z.int().min(1).max(MAX_TEXT).optional() }),
      z
        .strictObject({
          ...shape,
          label,
          type: z.literal('number'),
          min: z.number().optional(),
          max: z.number().optional(),
          integer: z.boolean().optional(),
        })
        .refine((field) => requireOrder(field as object), { path: ['max'], message: 'This is less than `min`.' }),
      z.strictObject({ ...shape, label, type: z.literal('select'), options }),
      z.strictObject({ ...shape, label, type: z.literal('relation'), to: z.string().min(1).max(100).optional() }),
      z.strictObject({ ...shape, label, type: z.literal('group'), fields }),
      z.strictObject({ ...shape, label, type: z.literal('list'), of: element }),
      plain('richtext'),
      plain('boolean'),
      plain('date'),
      plain('media'),
      plain('json'),
    ],
    'A field’s type is text, richtext, number, boolean, date, select, media, relation, json, group or list.',
  );
}

const options = z
  .array(z.string().min(1, 'This must not be empty.').max(100, 'This is too long.'))
  .min(1, 'A choice needs an option.')
  .max(MAX_OPTIONS, `There can be at most ${String(MAX_OPTIONS)} options.`)
  .refine((all) => new Set(all).size === all.length, 'Two options are the same.');

const field = z.lazy(() => kindsWith({ name, required: z.boolean().default(false) })) as unknown as z.ZodType<Field>;

const element = z.lazy(() => kindsWith({})) as unknown as z.ZodType<Kind>;

const fields = z
  .array(field)
  .min(1, 'At least one field is needed.')
  .max(MAX_FIELDS, `There can be at most ${String(MAX_FIELDS)} fields.`)
  .superRefine((all, issues) => {
    for (const [index, { name: own }] of all.entries())
      if (all.findIndex((other) => other.name === own) < index)
        issues.addIssue({ code: 'custom', path: [index, 'name'], message: 'Two fields cannot have one name.' });
  });

/** Each level of a definition is an object in an array, or an object in an object. */
function nesting(value: unknown, left: number): boolean {
  if (left < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((child) => nesting(child, left - 1));
}

/** The meta-schema: what a tenant may define. JSON Schemas are made from it and never taken from a tenant. */
export const definition: z.ZodType<Definition> = z
  .unknown()
  .refine((value) => nesting(value, 2 * MAX_NESTING + 4), {
    message: `Groups and lists nest at most ${String(MAX_NESTING)} levels deep.`,
    abort: true,
  })
  .pipe(z.strictObject({ fields }));

/** The definition of a stored content type. */
export const definitionOf = ({ schema }: { readonly schema: unknown }): Definition => definition.parse(schema);
