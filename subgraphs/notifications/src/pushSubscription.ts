import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';

/** A person's browsers; a message goes to each of them. */
const MAX_BROWSERS = 20;

const bytes = (count: number) =>
  z
    .string()
    .regex(/^[\w-]+={0,2}$/, 'This is not base64url.')
    .refine(
      (text) => Buffer.from(text, 'base64url').length === count,
      `This must be ${String(count)} bytes in base64url.`,
    );

/** What lies behind the name is looked up and checked whenever a message is sent. */
const endpoint = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'This must be an https address with a host’s name.' })
  .max(2_000, 'This must have at most 2000 characters.')
  .transform((text) => new URL(text))
  .refine(
    ({ username, password, port }) => `${username}${password}${port}` === '',
    'This must name neither user nor port.',
  );

const hidden = { endpoint: true, p256dh: true, auth: true } as const;

export const pushSubscriptionCreate = verb({
  name: 'pushSubscriptionCreate',
  input: z.object({
    endpoint,
    keys: z.object({ p256dh: bytes(65), auth: bytes(16) }),
    label: fields.changed(fields.text(100)),
  }),
  tenant: { of: 'active' },
  asService: true,
  async act({ ctx, tx, input, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const name = { tenantId, userId, endpoint: input.endpoint.href };
    const { label = null, keys } = input;
    const values = { ...keys, label, expiredAt: null };
    const row = await tx.pushSubscription.upsert({
      where: { tenantId_userId_endpoint: name },
      create: { ...name, ...values, id: uuidv7(), service: input.endpoint.hostname },
      update: values,
      omit: hidden,
    });
    if ((await tx.pushSubscription.count({ where: { tenantId, userId } })) > MAX_BROWSERS)
      throw new Refusal('INVALID', `You may register at most ${String(MAX_BROWSERS)} browsers.`);
    return {
      row,
      object: { type: 'PushSubscription', id: row.id },
      after: row,
      events: [{ type: 'pushSubscription.created', payload: { pushSubscriptionId: row.id } }],
    };
  },
});

export const pushSubscriptionDelete = verb({
  name: 'pushSubscriptionDelete',
  input: z.object({ id: fields.id }),
  tenant: { of: 'active' },
  asService: true,
  async act({ ctx, tx, input: { id }, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const { count } = await tx.pushSubscription.deleteMany({ where: { tenantId, id, userId } });
    if (count === 0) throw new Refusal('NOT_FOUND', 'You have no such browser.', 'id');
    return {
      row: { id },
      object: { type: 'PushSubscription', id },
      events: [{ type: 'pushSubscription.deleted', payload: { pushSubscriptionId: id } }],
    };
  },
});
