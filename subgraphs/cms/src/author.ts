/** Whom a content item or a page names as its author. */
import * as fields from '@metatron/platform/verb/fields';
import { requireMember } from '@metatron/platform/verb/member';

import type { Context } from './context.ts';

type Given = string | null | undefined;

/** Null names nobody; left out, a new row names its maker and an old one keeps its author. */
export const authorId = fields.changed(fields.id);

/** @throws Refusal NOT_FOUND unless the author is an active user of the tenant. */
export async function requireAuthor(ctx: Context, tenantId: string, given: Given): Promise<void> {
  await requireMember(ctx, { tenantId, userId: given, field: 'authorId' });
}

/** The author of a new row; staff are of no tenant's people, so that they name somebody or nobody. */
export async function newAuthor(ctx: Context, tenantId: string, given: Given): Promise<string | null> {
  await requireAuthor(ctx, tenantId, given);
  if (given !== undefined) return given;
  const { identity } = ctx.caller;
  return identity.kind === 'user' && identity.tenantId === tenantId ? identity.userId : null;
}
