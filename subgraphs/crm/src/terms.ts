/** What leads and deals have in common: their terms, as inputs and as columns. */
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import type { Tx } from './context.ts';
import { customers } from './tables.ts';

const MAX_TAGS = 50;

/** Labels, each once. */
export const tags = z
  .array(fields.text(50))
  .max(MAX_TAGS, `There can be at most ${String(MAX_TAGS)} tags.`)
  .transform((labels) => [...new Set(labels)]);

const PERCENT = 'This must be between 0 and 100.';

/** What a caller may wish for a place in a pipeline. */
export const placeFields = {
  probability: fields.changed(z.int().min(0, PERCENT).max(100, PERCENT)),
  lostReason: fields.changed(fields.text(2_000)),
};

const common = {
  ...placeFields,
  customerId: fields.changed(fields.id),
  description: fields.changed(fields.text(20_000)),
  value: fields.changed(fields.price),
  stage: fields.changed(fields.text(50)),
  expectedCloseDate: fields.changed(fields.time),
  source: fields.changed(fields.text(100)),
};

export const newTerms = { ...common, title: fields.text(255), pipelineId: fields.changed(fields.id) };
export const changedTerms = { ...common, title: fields.kept(fields.text(255)) };

type Terms = z.output<z.ZodObject<typeof changedTerms>>;

/** An amount keeps its currency's column when it is taken away. */
export function moneyColumns(value: Terms['value']): { value?: string | null; currency?: string } {
  if (value === undefined) return {};
  return value === null ? { value: null } : { value: value.amount, currency: value.currency };
}

/** The terms that an input names, as columns; the place in the pipeline is not among them. */
export function termColumns({ customerId, title, description, value, expectedCloseDate, source }: Terms) {
  return { ...defined({ customerId, title, description, expectedCloseDate, source }), ...moneyColumns(value) };
}

/** @throws Refusal NOT_FOUND, for a deleted customer and one of another tenant alike. */
export async function holdCustomer(tx: Tx, tenantId: string, customerId: string | null | undefined): Promise<void> {
  if (customerId == null) return;
  await holdRow(tx, { table: customers, tenantId, id: customerId, noun: 'customer', field: 'customerId' });
}
