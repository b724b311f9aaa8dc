import type { Context } from './context.ts';

/** What a live access token claims. */
export interface TokenClaims {
  readonly sessionId: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly rightsVersion: number;
}

/** Whether everything that a token stands on still holds: session, user, rights and tenant. */
export async function readSessionState(
  ctx: Context,
  { sessionId, userId, tenantId, rightsVersion }: TokenClaims,
): Promise<{ readonly active: boolean }> {
  const rows = await ctx.asService(null).$queryRaw<{ active: boolean }[]>`
    SELECT s.is_active AND s.expires_at > now() AND u.is_active AND u.rights_version = ${rightsVersion}::int AND t.status = 'active' AS active
      FROM sessions s
      JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
      JOIN tenants t ON t.id = ${tenantId}
     WHERE s.id = ${sessionId}::uuid AND s.user_id = ${userId}::uuid`;
  return { active: rows[0]?.active === true };
}

/** The tenant that a publishable key stands for, while both are in use. */
export async function readTenantOfKey(ctx: Context, key: string): Promise<{ readonly tenantId: string } | null> {
  const rows = await ctx.asService(null).$queryRaw<{ tenantId: string }[]>`
    SELECT t.id AS "tenantId" FROM tenant_keys k JOIN tenants t ON t.id = k.tenant_id
     WHERE k.key = ${key} AND k.kind = 'publishable' AND k.revoked_at IS NULL AND t.status = 'active'`;
  return rows[0] ?? null;
}
