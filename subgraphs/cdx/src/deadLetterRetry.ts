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

/**
 * A second try that got lost leaves the letter as it is being sent: it may be sent once more. A drain's
 * letter is its relay's to close, when what it set aside has been accepted: until then it stays open.
 */
const moveLetter = stateMachine('dead letter', {
  retry: { from: ['open', 'retrying'], to: 'retrying' },
  takeAnew: { from: ['open'] },
});

/** What a drain could not apply. */
const drained = z.object({ source: z.enum(domains), tenantId: z.string().nullish() });

async function lockLetter(tx: Tx, tenantId: string, id: string): Promise<DeadLetter> {
  await tx.$queryRaw`SELECT 1 FROM dead_letters WHERE tenant_id = ${tenantId} AND id = ${id}::uuid FOR UPDATE`;
  return tx.deadLetter.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
}

/** The source, read anew, tells what a drain went on without: its tenant's projections are made once more. */
async function takeAnew(ctx: Context, tx: Tx, { status, payload }: DeadLetter) {
  const parsed = drained.safeParse(payload);
  if (!parsed.success) throw new Refusal('INVALID', 'The letter does not say what it is about.', 'id');
  const { source: service, tenantId = null } = parsed.data;
  const { event } = await requestRebuild(ctx, tx, { service, tenantId });
  return { status: moveLetter('takeAnew', status), event };
}

/** How a letter is sent again, by the job that has failed. */
function secondTry(ctx: Context, tx: Tx, letter: DeadLetter) {
  switch (letter.job) {
    case null:
      throw new Refusal('INVALID', 'The letter is of no job.', 'id');
    case 'drain':
      return takeAnew(ctx, tx, letter);
    default:
      return {
        status: moveLetter('retry', letter.status),
        event: { type: 'deadLetter.retry_requested', payload: { deadLetterId: letter.id } },
      } as const;
  }
}

/** Sends again what has failed for good; success closes the letter, another failure opens it again. */
export const deadLetterRetry = verb({
  name: 'deadLetterRetry',
  input: z.object({ id: fields.id }),
  tenant: { of: 'target', table: deadLetters, noun: 'dead letter' },
  async act({ ctx, tx, input: { id }, tenantId }) {
    const before = await lockLetter(tx, tenantId, id);
    const { status, event } = await secondTry(ctx, tx, before);
    const row = await tx.deadLetter.update({
      where: { tenantId_id: { tenantId, id } },
      data: { status, resolvedBy: requireUser(ctx.caller.identity).userId },
    });
    return { row, object: { type: 'DeadLetter', id }, before, after: row, events: [event] };
  },
});
