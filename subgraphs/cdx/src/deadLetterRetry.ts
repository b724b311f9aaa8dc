import { requireUser } from '@metatron/platform/context';
import { domains } from '@metatron/platform/domains';
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { stateMachine } from '@metatron/platform/verb/moves';
import type { DeadLetter } from '@metatron/prisma/cdx/client';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import { requestRebuild } from './syncRun.ts';
import { deadLetters } from './tables.ts';

/** A second try that got lost leaves the letter as it is being sent: it may be sent once more. */
const moveLetter = stateMachine('dead letter', { retry: { from: ['open', 'retrying'], to: 'retrying' } });

/** What a drain could not apply. */
const drained = z.object({ source: z.enum(domains), tenantId: z.string().nullish() });

async function lockLetter(tx: Tx, tenantId: string, id: string): Promise<DeadLetter> {
  await tx.$queryRaw`SELECT 1 FROM dead_letters WHERE tenant_id = ${tenantId} AND id = ${id}::uuid FOR UPDATE`;
  return tx.deadLetter.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
}

/**
 * By what a letter is sent again. A drain goes on without what it has set aside: only its source,
 * read anew, can tell what that should have led to. Everything else is a job that runs again.
 */
async function secondTry(ctx: Context, tx: Tx, { id, job, payload }: DeadLetter) {
  if (job === null) throw new Refusal('INVALID', 'The letter is of no job.', 'id');
  if (job !== 'drain') return { type: 'deadLetter.retry_requested', payload: { deadLetterId: id } } as const;
  const parsed = drained.safeParse(payload);
  if (!parsed.success) throw new Refusal('INVALID', 'The letter does not say what it is about.', 'id');
  const { source: service, tenantId = null } = parsed.data;
  return (await requestRebuild(ctx, tx, { service, tenantId, deadLetterId: id })).event;
}

/** Sends again what has failed for good; its success resolves the letter, another failure opens it again. */
export const deadLetterRetry = verb({
  name: 'deadLetterRetry',
  input: z.object({ id: fields.id }),
  tenant: { of: 'target', table: deadLetters, noun: 'dead letter' },
  async act({ ctx, tx, input: { id }, tenantId }) {
    const before = await lockLetter(tx, tenantId, id);
    const status = moveLetter('retry', before.status);
    const event = await secondTry(ctx, tx, before);
    const row = await tx.deadLetter.update({
      where: { tenantId_id: { tenantId, id } },
      data: { status, resolvedBy: requireUser(ctx.caller.identity).userId },
    });
    return { row, object: { type: 'DeadLetter', id }, before, after: row, events: [event] };
  },
});
