/** What signed-in people do to their own session. */
import { z } from 'zod';

import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';

import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import { ownTenants } from './directory.ts';
import { endSessions, issueTokens } from './session.ts';
import { users } from './tables.ts';

/** A person's own rows are in the tenant of their account, wherever they act now. */
export async function homeTenant(ctx: Context): Promise<string> {
  const user = await ctx.readAsService.byId(users, requireUser(ctx.caller.identity).userId);
  if (user === null) throw new Refusal('NOT_FOUND', 'This account is no longer there.');
  return user.tenantId;
}

export const logout = verb({
  name: 'logout',
  input: z.object({}),
  tenant: { of: 'resolved', find: homeTenant },
  asService: true,
  async act({ ctx, tx, tenantId }) {
    const { userId, sessionId } = requireUser(ctx.caller.identity);
    await endSessions(tx, { tenantId, userId, id: sessionId }, 'logout');
    await noteEvent(ctx, tx, { tenantId, id: userId }, 'logout', { sessionId });
    return { row: { ok: true }, object: { type: 'Session', id: sessionId } };
  },
});

export const tenantSwitch = verb({
  name: 'tenantSwitch',
  input: z.object({ tenantId: z.string() }),
  tenant: { of: 'resolved', find: homeTenant },
  asService: true,
  async act({ ctx, tx, input, tenantId }) {
    const { userId, sessionId } = requireUser(ctx.caller.identity);
    const target = (await ownTenants(ctx)).find(({ id }) => id === input.tenantId);
    if (target === undefined) throw new Refusal('NOT_FOUND', 'There is no such tenant among yours.', 'tenantId');
    if (target.status !== 'active') throw new Refusal('FORBIDDEN', 'This tenant is suspended.', 'tenantId');
    const user = await tx.user.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id: userId } },
      omit: { passwordHash: true },
    });
    const session = await tx.session.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: sessionId } } });
    await tx.token.updateMany({
      where: { tenantId, sessionId, kind: 'refresh', usedAt: null, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    const tokens = await issueTokens(ctx, tx, user, { ...session, activeTenantId: target.id }, null);
    await noteEvent(ctx, tx, user, 'tenant_switch', { to: target.id });
    return {
      row: { ...tokens, tenant: target },
      object: { type: 'Session', id: sessionId },
      before: { activeTenantId: session.activeTenantId },
      after: { activeTenantId: target.id },
    };
  },
});
