import { requireUser } from '@metatron/platform/context';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { expectVersion } from '@metatron/platform/verb/version';
import { z } from 'zod';

import { homeTenant } from './account.ts';
import { verb } from './context.ts';
import { lockUser, withoutHash } from './user.ts';

const name = fields.changed(fields.text(100));

/** What people change of their own account; the address and the role are a superadmin's to change. */
export const profileUpdate = verb({
  name: 'profileUpdate',
  input: z.object({ firstName: name, lastName: name, expectedVersion: z.int().nullish() }),
  tenant: { of: 'resolved', find: homeTenant },
  asService: true,
  async act({ ctx, tx, input: { firstName, lastName, expectedVersion }, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const before = await lockUser(tx, tenantId, userId);
    expectVersion(before, expectedVersion);
    const row = await tx.user.update({
      where: { tenantId_id: { tenantId, id: userId } },
      data: { ...defined({ firstName, lastName }), version: { increment: 1 } },
      ...withoutHash,
    });
    return {
      row,
      object: { type: 'User', id: userId },
      before,
      after: row,
      events: [{ type: 'user.updated', payload: { userId } }],
    };
  },
});
