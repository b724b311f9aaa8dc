/** An item's data on its way in: cleaned, checked against its type, its references found. */
import { Refusal, type UserError } from '@metatron/platform/errors';

import type { Tx } from './context.ts';
import { definitionOf, type Definition } from './definition.ts';
import type { Strictness } from './jsonSchema.ts';
import type { ContentTypeRow } from './mappers.ts';
import { cleanHtml } from './richText.ts';
import { faultsOf } from './validate.ts';
import { leavesOf, mapValues, type JsonObject, type Leaf } from './values.ts';

const clean = ({ fields }: Definition, data: JsonObject) =>
  mapValues(fields, data, ({ kind, value }) =>
    kind.type === 'richtext' && typeof value === 'string' ? cleanHtml(value) : value,
  );

type Reference = Leaf & { readonly value: string };

const missing = ({ path, kind }: Reference): UserError => ({
  code: 'NOT_FOUND',
  field: path,
  message: kind.type === 'media' ? 'There is no such file.' : 'There is no such content item.',
});

const idsIn = (leaves: readonly Reference[]): string[] => [...new Set(leaves.map(({ value }) => value))];

async function missingMedia(tx: Tx, tenantId: string, leaves: readonly Reference[]): Promise<UserError[]> {
  if (leaves.length === 0) return [];
  const found = await tx.mediaFile.findMany({ where: { tenantId, id: { in: idsIn(leaves) } }, select: { id: true } });
  const known = new Set(found.map(({ id }) => id));
  return leaves.filter(({ value }) => !known.has(value.toLowerCase())).map(missing);
}

async function missingItems(tx: Tx, tenantId: string, leaves: readonly Reference[]): Promise<UserError[]> {
  if (leaves.length === 0) return [];
  const found = await tx.contentItem.findMany({
    where: { tenantId, id: { in: idsIn(leaves) } },
    select: { id: true, contentType: { select: { slug: true } } },
  });
  const types = new Map(found.map(({ id, contentType }) => [id, contentType.slug]));
  return leaves
    .filter(({ kind, value }) => {
      const type = types.get(value.toLowerCase());
      return type === undefined || (kind.type === 'relation' && kind.to !== undefined && kind.to !== type);
    })
    .map(missing);
}

/** @throws Refusal with one user error per fault, each at its field's path. */
export async function checkData(tx: Tx, type: ContentTypeRow, data: JsonObject, strictness: Strictness): Promise<void> {
  const definition = definitionOf(type);
  const faults = faultsOf(definition, data, strictness);
  if (faults.length > 0) throw Refusal.of(faults);
  const leaves = leavesOf(definition.fields, data).filter((leaf): leaf is Reference => typeof leaf.value === 'string');
  const of = (kind: string): Reference[] => leaves.filter((leaf) => leaf.kind.type === kind);
  const unknown = [
    ...(await missingMedia(tx, type.tenantId, of('media'))),
    ...(await missingItems(tx, type.tenantId, of('relation'))),
  ];
  if (unknown.length > 0) throw Refusal.of(unknown);
}

/** A draft's data as it is stored: rich text without script. @throws Refusal for what has the wrong type. */
export async function draftData(tx: Tx, type: ContentTypeRow, given: JsonObject) {
  const data = clean(definitionOf(type), given);
  await checkData(tx, type, data, 'draft');
  return data;
}
