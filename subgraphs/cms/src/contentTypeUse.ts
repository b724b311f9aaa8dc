/** What hangs on a content type, and must go on to be true when it changes. */
import { Refusal } from '@metatron/platform/errors';

import type { Tx } from './context.ts';
import type { Definition, Kind } from './definition.ts';
import type { ContentTypeRow } from './mappers.ts';
import { faultsOf } from './validate.ts';

/** The types that a definition's relations name. */
function relatedTypes(kinds: readonly Kind[]): string[] {
  return kinds.flatMap((kind) => {
    if (kind.type === 'group') return relatedTypes(kind.fields);
    if (kind.type === 'list') return relatedTypes([kind.of]);
    return kind.type === 'relation' && kind.to !== undefined ? [kind.to] : [];
  });
}

/** @throws Refusal NOT_FOUND when a relation names a type that is neither there nor the one itself. */
export async function requireTypes(
  tx: Tx,
  { tenantId, slug }: Pick<ContentTypeRow, 'tenantId' | 'slug'>,
  { fields }: Definition,
): Promise<void> {
  const wanted = [...new Set(relatedTypes(fields))].filter((name) => name !== slug);
  if (wanted.length === 0) return;
  const found = await tx.contentType.findMany({ where: { tenantId, slug: { in: wanted } }, select: { slug: true } });
  const missing = wanted.filter((name) => !found.some((type) => type.slug === name));
  if (missing.length > 0)
    throw new Refusal('NOT_FOUND', `There is no content type «${missing.join('», «')}» to relate to.`, 'schema');
}

const RELATED = `
SELECT name FROM content_types
 WHERE tenant_id = $1
   AND jsonb_path_exists(schema, '$.** ? (@.type == "relation" && @.to == $slug)', jsonb_build_object('slug', $2::text))
 LIMIT 1`;

/** @throws Refusal CONFLICT while relations speak of the type by its slug. */
export async function requireFreeSlug(tx: Tx, { tenantId, slug }: ContentTypeRow): Promise<void> {
  const [related] = await tx.$queryRawUnsafe<{ name: string }[]>(RELATED, tenantId, slug);
  if (related !== undefined)
    throw new Refusal('CONFLICT', `A relation of «${related.name}» names the type by this slug.`, 'slug');
}

const BATCH = 500;

/** Published items after an id, each with the data that the public sees. */
const PUBLISHED = `
SELECT i.id, v.title, v.data FROM content_items i
  JOIN content_versions v ON v.tenant_id = i.tenant_id AND v.content_type_id = i.content_type_id
   AND v.item_id = i.id AND v.version = i.published_version
 WHERE i.tenant_id = $1 AND i.content_type_id = $2::uuid AND i.id > $3::uuid
 ORDER BY i.id LIMIT ${String(BATCH)}`;

interface Published {
  readonly id: string;
  readonly title: string;
  readonly data: unknown;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Published data always fits its type: a change that some of it does not fit is refused.
 *
 * The type is locked, and publication holds it: nothing is published meanwhile.
 */
export async function requireFit(tx: Tx, { tenantId, id }: ContentTypeRow, definition: Definition): Promise<void> {
  for (let after = FIRST, more = true; more;) {
    const items: Published[] = await tx.$queryRawUnsafe(PUBLISHED, tenantId, id, after);
    for (const { title, data } of items) {
      const [fault] = faultsOf(definition, data, 'published');
      if (fault === undefined) continue;
      const place = fault.field?.join('.') ?? 'data';
      const message = `The published item «${title}» would not fit, at ${place}: ${fault.message}`;
      throw new Refusal('CONFLICT', message, 'schema');
    }
    after = items.at(-1)?.id ?? after;
    more = items.length === BATCH;
  }
}
