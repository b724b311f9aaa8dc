/** The input fields that many verbs share, with messages fit for a person. */
import { Decimal } from 'decimal.js';
import { z } from 'zod';

import { fitsCurrency } from '../money.ts';

export const id = z.uuid('This is not an id.');

/** Trimmed text of 1 to `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'This must not be empty.')
    .max(max, `This must have at most ${String(max)} characters.`);

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(255, 'This must have at most 255 characters.')
  .pipe(z.email('This is not an email address.'));

/** Left out or null: no value. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

/** For updates: left out keeps what is there (undefined), null takes it away. */
export const changed = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();

/** For updates of what is never null: left out keeps what is there. */
export const kept = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

const MAX_AMOUNT = new Decimal('1e13');

export const money = z
  .object({ amount: z.string(), currency: z.string() })
  .superRefine(({ amount, currency }, issues) => {
    if (!fitsCurrency(amount, currency))
      issues.addIssue({
        code: 'custom',
        path: ['amount'],
        message: `The amount has more decimals than ${currency} has.`,
      });
    if (new Decimal(amount).abs().gte(MAX_AMOUNT))
      issues.addIssue({ code: 'custom', path: ['amount'], message: 'The amount is too large.' });
  });

/** Money that is not negative. */
export const price = money.refine(({ amount }) => !new Decimal(amount).isNegative(), {
  path: ['amount'],
  message: 'The amount must not be negative.',
});

const MAX_JSON_BYTES = 64 * 1024;

export const jsonObject = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= MAX_JSON_BYTES, 'This is larger than 64 KB.');

/** A calendar day or an instant, within the years that every part of the platform can hold. */
export const time = z
  .date()
  .min(new Date('1900-01-01'), 'This is too long ago.')
  .max(new Date('9999-12-31'), 'This is too far away.');

/** Fields that every verb's input may carry, checked by the wrapper. */
export const tenanted = { tenantId: z.string().nullish() };
export const creating = {
  ...tenanted,
  idempotencyKey: z
    .string()
    .min(1, 'This must not be empty.')
    .max(255, 'This must have at most 255 characters.')
    .nullish(),
};
/** For updates: the version that the caller saw. */
export const versioned = { ...tenanted, id, expectedVersion: z.int().nullish() };
