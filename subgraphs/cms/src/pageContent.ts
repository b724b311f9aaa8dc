/** What a page says, on its way in. */
import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

import type { Tx } from './context.ts';
import { cleanHtml } from './richText.ts';
import { isObject, type Json } from './values.ts';

const MAX_BYTES = 64 * 1024;
const MAX_ORDER = 1_000_000;

const blocks = z
  .union([z.record(z.string(), z.json()), z.array(z.json())], 'This must be an object or a list.')
  .refine((value) => JSON.stringify(value).length <= MAX_BYTES, 'This is larger than 64 KB.');

export const sortOrder = z.int().min(-MAX_ORDER, 'This is out of range.').max(MAX_ORDER, 'This is out of range.');

/** The fields of a page's draft but for its title. */
export const draftFields = {
  template: fields.changed(fields.text(100)),
  content: fields.kept(blocks),
  seoTitle: fields.changed(fields.text(255)),
  seoDescription: fields.changed(fields.text(1_000)),
  seoKeywords: fields.changed(fields.text(1_000)),
};

type Draft = z.output<z.ZodObject<typeof draftFields>>;

/** Whatever stands under `html` is shown as such by page builders: it is stored without script. */
function cleanBlocks(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleanBlocks);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === 'html' && typeof child === 'string' ? cleanHtml(child) : cleanBlocks(child),
    ]),
  );
}

/** The columns that an input names. */
export function draftColumns({ template, content, seoTitle, seoDescription, seoKeywords }: Draft) {
  const cleaned = content === undefined ? undefined : (cleanBlocks(content) as object);
  return defined({ template, content: cleaned, seoTitle, seoDescription, seoKeywords });
}

/** @throws Refusal when a page chooses a template that is not there, or that no page may choose now. */
export async function requireTemplate(tx: Tx, tenantId: string, name: string | null | undefined): Promise<void> {
  if (name == null) return;
  const template = await tx.template.findUnique({ where: { tenantId_name: { tenantId, name } } });
  if (template === null) throw new Refusal('NOT_FOUND', 'There is no such template.', 'template');
  if (!template.isActive) throw new Refusal('INVALID', 'This template is not active.', 'template');
}
