import { v7 as uuidv7 } from 'uuid';

import type { Prisma } from '@metatron/prisma/auth/client';

import type { Context } from './context.ts';

interface AuthEventWriter {
  readonly authEvent: { create(parameters: { data: Prisma.AuthEventUncheckedCreateInput }): PromiseLike<unknown> };
}

/** Notes what happened to an account, and from where. */
export async function noteEvent(
  ctx: Context,
  db: AuthEventWriter,
  user: { readonly tenantId: string; readonly id: string },
  eventType: string,
  metadata: Prisma.InputJsonObject = {},
): Promise<void> {
  const { address, userAgent } = ctx.caller;
  await db.authEvent.create({
    data: {
      tenantId: user.tenantId,
      id: uuidv7(),
      userId: user.id,
      eventType,
      ipAddress: address === '' ? null : address,
      userAgent: userAgent.slice(0, 500),
      metadata,
    },
  });
}
