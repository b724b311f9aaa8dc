/** Tenants as superadmins make, change, close and open them. */
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { stateMachine } from '@metatron/platform/verb/moves';
import { expectVersion } from '@metatron/platform/verb/version';
import type { Prisma, Tenant } from '@metatron/prisma/cdx/client';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import { tenants } from './tenantOverview.ts';

const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'A tenant’s id has 1 to 50 lower-case letters, digits and hyphens.');
const name = fields.text(255);
const constraints = {
  tenants_pkey: { code: 'TAKEN', message: 'There is a tenant of this id already.', field: 'id' },
  tenants_client_id_fkey: { code: 'NOT_FOUND', message: 'There is no such client.', field: 'clientId' },
} as const;

export const moveTenant = stateMachine('tenant', {
  suspend: { from: ['active'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'active' },
});

interface Target {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

async function existing(ctx: Context, { id }: Target): Promise<string> {
  if ((await ctx.read.byId(tenants, id)) === null) throw new Refusal('NOT_FOUND', 'There is no such tenant.', 'id');
  if (id === PLATFORM_TENANT) throw new Refusal('INVALID', 'The platform’s own tenant does not change.', 'id');
  return id;
}

async function lockTenant(tx: Tx, { id, expectedVersion }: Target): Promise<Tenant> {
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${id} FOR UPDATE`;
  const tenant = await tx.tenant.findUniqueOrThrow({ where: { id } });
  expectVersion(tenant, expectedVersion);
  return tenant;
}

type ChangeEvent = `tenant.${'updated' | 'suspended' | 'resumed'}`;

async function save(tx: Tx, before: Tenant, event: ChangeEvent, data: Prisma.TenantUncheckedUpdateInput) {
  const { id } = before;
  const row = await tx.tenant.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
  const events = [{ type: event, payload: { tenantId: id } }];
  return { row, object: { type: 'Tenant', id }, before, after: row, events };
}

export const tenantCreate = verb({
  name: 'tenantCreate',
  input: z.object({
    id: slug,
    name,
    clientId: fields.id,
    settings: fields.optional(fields.jsonObject),
    idempotencyKey: fields.creating.idempotencyKey,
  }),
  tenant: { of: 'resolved', find: (_ctx: Context, { id }: Target) => Promise.resolve(id) },
  creates: tenants,
  constraints,
  async act({ tx, input: { id, name: named, clientId, settings } }) {
    const row = await tx.tenant.create({
      data: { id, name: named, clientId, settings: settings ?? {} },
    });
    return {
      row,
      object: { type: 'Tenant', id },
      after: row,
      events: [{ type: 'tenant.created', payload: { tenantId: id } }],
    };
  },
});

const target = { id: z.string(), expectedVersion: z.int().nullish() };

export const tenantUpdate = verb({
  name: 'tenantUpdate',
  input: z.object({
    ...target,
    name: fields.kept(name),
    clientId: fields.kept(fields.id),
    settings: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'resolved', find: existing },
  constraints,
  async act({ tx, input: { name: named, clientId, settings, ...which } }) {
    const before = await lockTenant(tx, which);
    const data = defined({ name: named, clientId, settings });
    return save(tx, before, 'tenant.updated', data);
  },
});

export const tenantSuspend = verb({
  name: 'tenantSuspend',
  input: z.object(target),
  tenant: { of: 'resolved', find: existing },
  async act({ tx, input }) {
    const before = await lockTenant(tx, input);
    return save(tx, before, 'tenant.suspended', { status: moveTenant('suspend', before.status) });
  },
});

export const tenantResume = verb({
  name: 'tenantResume',
  input: z.object(target),
  tenant: { of: 'resolved', find: existing },
  async act({ tx, input }) {
    const before = await lockTenant(tx, input);
    return save(tx, before, 'tenant.resumed', { status: moveTenant('resume', before.status) });
  },
});
