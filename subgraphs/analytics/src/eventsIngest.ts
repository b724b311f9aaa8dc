import { PublicError } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Context } from './context.ts';
import { checkEvent, type Checked, type EventInput, type Fault } from './eventInput.ts';
import { storeEvents } from './eventStore.ts';

const MAX_EVENTS = 1_000;

/** The answer for one event: stored now, sent before, or refused. */
export interface EventIngestResult {
  readonly accepted: boolean;
  readonly duplicate: boolean;
  readonly code: Fault['code'] | null;
  readonly field: readonly string[] | null;
  readonly message: string | null;
}

const answer = (accepted: boolean): EventIngestResult => ({
  accepted,
  duplicate: !accepted,
  code: null,
  field: null,
  message: null,
});
const refused = (fault: Fault): EventIngestResult => ({ accepted: false, duplicate: false, ...fault });

/** Events that name nobody of the tenant are refused: a stranger's id is as good as no id. */
async function refuseStrangers(
  ctx: Context,
  tenantId: string,
  checked: readonly Checked[],
): Promise<readonly Checked[]> {
  const named = checked.flatMap((one) => ('event' in one && one.event.userId !== null ? [one.event.userId] : []));
  if (named.length === 0) return checked;
  const { rows } = await ctx
    .foreign('auth', tenantId)
    .query<{ id: string }>('SELECT id FROM users WHERE tenant_id = $1 AND id = ANY ($2::uuid[])', [
      tenantId,
      [...new Set(named)],
    ]);
  const known = new Set(rows.map(({ id }) => id));
  const fault: Fault = { code: 'NOT_FOUND', field: ['userId'], message: 'There is no such user in the tenant.' };
  return checked.map((one) =>
    'fault' in one || one.event.userId === null || known.has(one.event.userId.toLowerCase()) ? one : { fault },
  );
}

/** The first event of each message id: within a call, too, a message counts once. */
function firsts(checked: readonly Checked[]): ReadonlyMap<string, EventInput> {
  const found = new Map<string, EventInput>();
  for (const one of checked) {
    if ('event' in one && !found.has(one.event.messageId)) found.set(one.event.messageId, one.event);
  }
  return found;
}

export const eventsIngest = verb({
  name: 'eventsIngest',
  input: z.object({ ...fields.tenanted, events: z.array(z.unknown()).min(1, 'This must not be empty.') }),
  tenant: { of: 'given' },
  asService: true,
  perItem: true,
  async act({ ctx, tx, input, tenantId }) {
    if (input.events.length > MAX_EVENTS)
      throw new PublicError('BAD_USER_INPUT', `\`events\` takes at most ${String(MAX_EVENTS)} a call.`);
    const checked = await refuseStrangers(ctx, tenantId, input.events.map(checkEvent));
    const batch = firsts(checked);
    const fresh = await storeEvents(ctx, tx, tenantId, [...batch.values()]);
    const row = checked.map((one) => {
      if ('fault' in one) return refused(one.fault);
      return answer(fresh.has(one.event.messageId) && batch.get(one.event.messageId) === one.event);
    });
    const after = { sent: row.length, accepted: fresh.size, refused: row.filter(({ code }) => code !== null).length };
    return { row, object: { type: 'EventBatch', id: uuidv7() }, after };
  },
});
