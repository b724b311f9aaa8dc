import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

import { homeTenant } from './account.ts';
import { noteEvent } from './authEvent.ts';
import { verb } from './context.ts';
import { endSessions } from './session.ts';
import { moveSession, sessionState } from './states.ts';

/** Ends one of the caller's own sessions, such as that of a lost phone. */
export const sessionRevoke = verb({
  name: 'sessionRevoke',
  input: z.object({ id: fields.id }),
  tenant: { of: 'resolved', find: homeTenant },
  asService: true,
  async act({ ctx, tx, input: { id }, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const which = { where: { tenantId_id: { tenantId, id } }, omit: { tokenHash: true } } as const;
    const before = await tx.session.findUnique(which);
    if (before?.userId !== userId) throw new Refusal('NOT_FOUND', 'There is no such session among yours.', 'id');
    moveSession('revoke', sessionState(before));
    await endSessions(tx, { tenantId, userId, id }, 'revoked');
    await noteEvent(ctx, tx, { tenantId, id: userId }, 'session_revoked', { sessionId: id });
    const row = await tx.session.findUniqueOrThrow(which);
    return { row, object: { type: 'Session', id }, before, after: row };
  },
});
