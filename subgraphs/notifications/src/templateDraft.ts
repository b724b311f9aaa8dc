/** The input fields of a template, and what is wrong with a draft. */
import { Refusal, type UserError } from '@metatron/platform/errors';
import { TemplateError, variablesIn, type TemplateFormat } from '@metatron/platform/template';
import { readVariables, variableTypes, type TemplateVariable } from '@metatron/platform/templateVariables';
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

import type { NotificationTemplateRow } from './mappers.ts';

export const category = fields
  .text(50)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'This must be lower-case words, such as `billing`.');

export const locale = z
  .string()
  .max(35, 'This must have at most 35 characters.')
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'This is not a language, such as `en` or `de-CH`.');

/** Words that Liquid keeps for itself. */
const RESERVED: ReadonlySet<string> = new Set('true false nil null empty blank and or not contains forloop'.split(' '));

const variable = z.object({
  name: z
    .string()
    .max(50, 'This must have at most 50 characters.')
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'This must be letters, digits and underscores.')
    .refine((name) => !RESERVED.has(name), 'This word belongs to the templates’ language.'),
  type: z.enum(variableTypes).default('text'),
  required: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
});

const variables = z
  .array(variable)
  .max(50, 'There must be at most 50 variables.')
  .superRefine((all, issues) => {
    all.forEach(({ name }, index) => {
      if (all.findIndex((other) => other.name === name) < index)
        issues.addIssue({ code: 'custom', path: [index, 'name'], message: 'This name is declared twice.' });
    });
  });

export const draftFields = {
  description: fields.changed(fields.text(2_000)),
  category: fields.kept(category),
  isCritical: fields.kept(z.boolean()),
  subject: fields.changed(fields.text(500)),
  variables: fields.kept(variables),
};
export const body = fields.text(100_000);

/** E-mail is HTML; every other channel carries text. */
const formatOf = (channel: string): TemplateFormat => (channel === 'email' ? 'html' : 'text');

/** A template as far as its words go. */
export type Draft = Pick<NotificationTemplateRow, 'channel' | 'subject' | 'body'> & { readonly variables: unknown };

interface Part {
  readonly field: 'subject' | 'body';
  readonly used: readonly string[];
}

function readPart(field: Part['field'], source: string, format: TemplateFormat): Part {
  try {
    return { field, used: variablesIn(source, format) };
  } catch (error) {
    if (error instanceof TemplateError)
      throw new Refusal('INVALID', `The template cannot be read: ${error.message}.`, field);
    throw error;
  }
}

/**
 * The names that each part of a draft uses.
 * @throws Refusal INVALID for a part that is no template, or a mail without a subject.
 */
export function readDraft({ channel, subject, body: text }: Draft): readonly Part[] {
  if (channel === 'email' && subject === null)
    throw new Refusal('INVALID', 'A template for mail needs a subject.', 'subject');
  const head = subject === null ? [] : [readPart('subject', subject, 'text')];
  return [...head, readPart('body', text, formatOf(channel))];
}

/** @throws Refusal INVALID for each part that uses what is not declared: such a message could not be made. */
export function requireDeclared(draft: Draft): void {
  const declared = new Set(readVariables(draft.variables).map(({ name }: TemplateVariable) => name));
  const faults = readDraft(draft).flatMap(({ field, used }): UserError[] => {
    const unknown = used.filter((name) => !declared.has(name));
    const message = `The template uses ${unknown.map((name) => `«${name}»`).join(', ')}, which it does not declare.`;
    return unknown.length === 0 ? [] : [{ field: [field], code: 'INVALID', message }];
  });
  if (faults.length > 0) throw Refusal.of(faults);
}
