import DataLoader from 'dataloader';

import type { Context } from './context.ts';
import type { RoleRow } from './mappers.ts';

const loaders = new WeakMap<Context, DataLoader<string, readonly RoleRow[]>>();

async function readRoles(ctx: Context, userIds: readonly string[]): Promise<(readonly RoleRow[])[]> {
  const grants = await ctx.asService(null).userRole.findMany({
    where: { userId: { in: [...userIds] }, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    include: { role: true },
    orderBy: { grantedAt: 'asc' },
  });
  const byUser = Map.groupBy(grants, ({ userId }) => userId);
  return userIds.map((id) => (byUser.get(id) ?? []).map(({ role }) => role));
}

/** The live roles of users that the caller was shown, all users of a page in one statement. */
export function rolesOf(ctx: Context, userId: string): Promise<readonly RoleRow[]> {
  const known = loaders.get(ctx) ?? new DataLoader<string, readonly RoleRow[]>((ids) => readRoles(ctx, ids));
  loaders.set(ctx, known);
  return known.load(userId);
}
