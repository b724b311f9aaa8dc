/** What a message template needs to be filled: declared with it, kept to by whoever fills it. */
import { z } from 'zod';

/** A URL is one that a reader may follow: no script, no file. */
const valueSchemas = {
  text: z.string().max(10_000, 'This must have at most 10000 characters.'),
  number: z.number('This must be a number.'),
  boolean: z.boolean('This must be true or false.'),
  date: z.union([z.iso.date(), z.iso.datetime({ offset: true })], 'This must be a date or an instant.'),
  url: z
    .url({ protocol: /^https?$/, error: 'This must be an http(s) address.' })
    .max(2_000, 'This must have at most 2000 characters.'),
  list: z.array(z.json(), 'This must be a list.').max(1_000, 'This must have at most 1000 items.'),
};

export const variableTypes = Object.keys(valueSchemas) as (keyof typeof valueSchemas)[];

export interface TemplateVariable {
  readonly name: string;
  readonly type: keyof typeof valueSchemas;
  readonly required: boolean;
}

const variable = z.union([
  // A name alone is a required text.
  z.string().transform((name): TemplateVariable => ({ name, type: 'text', required: true })),
  z.object({ name: z.string(), type: z.enum(variableTypes), required: z.boolean() }),
]);

/** The declarations as they are stored. */
export const readVariables = (stored: unknown): readonly TemplateVariable[] => z.array(variable).parse(stored);

export interface ValueFault {
  readonly name: string;
  readonly message: string;
}

/** The values that fill a template, or what is wrong with them. */
export interface Filling {
  readonly values: Readonly<Record<string, unknown>>;
  readonly faults: readonly ValueFault[];
}

/** Every value that is declared, no more, no less; an optional one left out is null. */
export function fillVariables(
  variables: readonly TemplateVariable[],
  data: Readonly<Record<string, unknown>>,
): Filling {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const faults: ValueFault[] = [];
  for (const { name, type, required } of variables) {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    values[name] = value ?? null;
    if (value == null) {
      if (required) faults.push({ name, message: `The template needs «${name}».` });
      continue;
    }
    const { error } = valueSchemas[type].safeParse(value);
    if (error !== undefined) faults.push({ name, message: error.issues[0]?.message ?? 'This does not fit.' });
  }
  const declared = new Set(variables.map(({ name }) => name));
  for (const name of Object.keys(data))
    if (!declared.has(name)) faults.push({ name, message: `The template knows no «${name}».` });
  return { values, faults };
}
