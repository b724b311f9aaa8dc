/** The business customers who own tenants. */
import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { stateMachine } from '@metatron/platform/verb/moves';
import { expectVersion } from '@metatron/platform/verb/version';
import type { Client, Prisma } from '@metatron/prisma/cdx/client';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import { clients } from './tables.ts';

const name = fields.text(255);

const moveClient = stateMachine('client', {
  resume: { from: ['suspended'], to: 'active' },
  suspend: { from: ['active'], to: 'suspended' },
  close: { from: ['active', 'suspended'], to: 'closed' },
});
/** The move that leads to each status. */
const moveTo = { active: 'resume', suspended: 'suspend', closed: 'close' } as const;

export const clientCreate = verb({
  name: 'clientCreate',
  input: z.object({
    name,
    contactEmail: fields.optional(fields.email),
    metadata: fields.optional(fields.jsonObject),
    idempotencyKey: fields.creating.idempotencyKey,
  }),
  tenant: { of: 'platform' },
  creates: clients,
  async act({ tx, input: { name: named, contactEmail, metadata } }) {
    const row = await tx.client.create({
      data: { id: uuidv7(), name: named, contactEmail, metadata: metadata ?? {} },
    });
    return {
      row,
      object: { type: 'Client', id: row.id },
      after: row,
      events: [{ type: 'client.created', payload: { clientId: row.id } }],
    };
  },
});

async function lockClient(tx: Tx, id: string): Promise<Client> {
  await tx.$queryRaw`SELECT 1 FROM clients WHERE id = ${id}::uuid FOR UPDATE`;
  const client = await tx.client.findUnique({ where: { id } });
  if (client === null) throw new Refusal('NOT_FOUND', 'There is no such client.', 'id');
  return client;
}

export const clientUpdate = verb({
  name: 'clientUpdate',
  input: z.object({
    id: fields.id,
    expectedVersion: z.int().nullish(),
    name: fields.kept(name),
    contactEmail: fields.changed(fields.email),
    status: fields.kept(z.enum(['active', 'suspended', 'closed'])),
    metadata: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'platform' },
  async act({ tx, input: { id, expectedVersion, name: named, contactEmail, status, metadata } }) {
    const before = await lockClient(tx, id);
    expectVersion(before, expectedVersion);
    const moved =
      status === undefined || status === before.status ? undefined : moveClient(moveTo[status], before.status);
    const json = metadata as Prisma.InputJsonObject | undefined;
    const row = await tx.client.update({
      where: { id },
      data: { ...defined({ name: named, contactEmail, status: moved, metadata: json }), version: { increment: 1 } },
    });
    return {
      row,
      object: { type: 'Client', id },
      before,
      after: row,
      events: [{ type: 'client.updated', payload: { clientId: id } }],
    };
  },
});
