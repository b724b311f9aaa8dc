import { Refusal } from '@metatron/platform/errors';

import type { Context } from './context.ts';

/** Asks AUTH's own database, since nothing here can hold a user to exist. */
const ACTIVE = 'SELECT 1 FROM users WHERE tenant_id = $1 AND id = $2 AND is_active';

export interface MemberName {
  readonly tenantId: string;
  /** Null or undefined names nobody. */
  readonly userId: string | null | undefined;
  readonly field: string;
}

/** @throws Refusal NOT_FOUND unless the user is active in the tenant. */
export async function requireMember(ctx: Context, { tenantId, userId, field }: MemberName): Promise<void> {
  if (userId == null) return;
  const { rowCount } = await ctx.foreign('auth', tenantId).query(ACTIVE, [tenantId, userId]);
  if (rowCount !== 1) throw new Refusal('NOT_FOUND', 'There is no such active user in the tenant.', field);
}

/** Who acts; null for what is no person. */
export const actorOf = ({ caller: { identity } }: Context): string | null =>
  identity.kind === 'user' ? identity.userId : null;
