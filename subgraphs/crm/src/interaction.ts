import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow } from '@metatron/platform/verb/lock';
import { actorOf, requireMember } from '@metatron/platform/verb/member';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import { deals, interactions, leads } from './tables.ts';
import { holdCustomer } from './terms.ts';

const subjects = {
  customerId: fields.optional(fields.id),
  leadId: fields.optional(fields.id),
  dealId: fields.optional(fields.id),
};

/** @throws Refusal INVALID when it is about nothing, NOT_FOUND for what is not the tenant's. */
async function holdSubjects(
  tx: Tx,
  tenantId: string,
  { customerId, leadId, dealId }: z.output<z.ZodObject<typeof subjects>>,
): Promise<void> {
  if (customerId === null && leadId === null && dealId === null) {
    throw new Refusal('INVALID', 'Name the customer, the lead or the deal that it is about.', 'customerId');
  }
  await holdCustomer(tx, tenantId, customerId);
  if (leadId !== null) await holdRow(tx, { table: leads, tenantId, id: leadId, noun: 'lead', field: 'leadId' });
  if (dealId !== null) await holdRow(tx, { table: deals, tenantId, id: dealId, noun: 'deal', field: 'dealId' });
}

export const interactionLog = verb({
  name: 'interactionLog',
  input: z.object({
    ...fields.creating,
    ...subjects,
    type: z.enum(['email', 'call', 'meeting', 'note']),
    subject: fields.optional(fields.text(255)),
    content: fields.optional(fields.text(100_000)),
    userId: fields.optional(fields.id),
    scheduledAt: fields.optional(fields.time),
    completedAt: fields.optional(fields.time),
    metadata: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'given' },
  creates: interactions,
  async act({ ctx, tx, input, tenantId }) {
    const { customerId, leadId, dealId, type, subject, content, userId, scheduledAt, completedAt, metadata } = input;
    await requireMember(ctx, { tenantId, userId, field: 'userId' });
    await holdSubjects(tx, tenantId, input);
    const row = await tx.interaction.create({
      data: {
        tenantId,
        id: uuidv7(),
        customerId,
        leadId,
        dealId,
        type,
        subject,
        content,
        userId: userId ?? actorOf(ctx),
        scheduledAt,
        completedAt,
        ...defined({ metadata }),
      },
    });
    const payload = { interactionId: row.id, type, customerId, leadId, dealId };
    return {
      row,
      object: { type: 'Interaction', id: row.id },
      after: row,
      events: [{ type: 'interaction.logged', payload }],
    };
  },
});
