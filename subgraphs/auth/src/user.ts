/** Accounts, as superadmins make, change and close them. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { Refusal } from '@metatron/platform/errors';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import * as fields from '@metatron/platform/verb/fields';
import { expectVersion } from '@metatron/platform/verb/version';
import type { DomainEvent } from '@metatron/prisma/auth/events';

import { verb, type Tx } from './context.ts';
import type { UserRow } from './mappers.ts';
import { issueLink } from './link.ts';
import { hashPassword, NO_PASSWORD, requireStrength } from './password.ts';
import { endSessions } from './session.ts';
import { moveUser, userState } from './states.ts';
import { users } from './tables.ts';

const role = z.enum(['superadmin', 'admin', 'client']);
const name = fields.text(100);
const constraints = {
  users_email_key: { code: 'TAKEN', message: 'This address has an account in the tenant already.', field: 'email' },
} as const;
const target = { of: 'target', table: users, noun: 'user' } as const;
export const withoutHash = { omit: { passwordHash: true } } as const;

/** Staff belong to the tenant `platform`, and nobody else does. */
function requireMatchingTenant(tenantId: string, userRole: z.output<typeof role>): void {
  const isStaff = userRole !== 'client';
  if (isStaff !== (tenantId === PLATFORM_TENANT))
    throw new Refusal(
      'INVALID',
      isStaff ? 'Staff belong to the tenant `platform`.' : 'The tenant `platform` is for staff alone.',
      'role',
    );
}

export async function lockUser(tx: Tx, tenantId: string, id: string): Promise<UserRow> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE tenant_id = ${tenantId} AND id = ${id}::uuid FOR UPDATE`;
  return tx.user.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, ...withoutHash });
}

export const userCreate = verb({
  name: 'userCreate',
  input: z.object({
    ...fields.creating,
    email: fields.email,
    role,
    password: z.string().nullish(),
    firstName: fields.optional(name),
    lastName: fields.optional(name),
  }),
  tenant: { of: 'given' },
  creates: users,
  asService: true,
  constraints,
  async act({ ctx, tx, input, tenantId }) {
    requireMatchingTenant(tenantId, input.role);
    if (input.password != null) requireStrength(input.password, input.email);
    const passwordHash = input.password == null ? NO_PASSWORD : await hashPassword(input.password);
    const row = await tx.user.create({
      data: {
        tenantId,
        id: uuidv7(),
        email: input.email,
        role: input.role,
        passwordHash,
        firstName: input.firstName,
        lastName: input.lastName,
      },
      ...withoutHash,
    });
    const kind = input.password == null ? 'invitation' : 'email_verification';
    const { event } = await issueLink(tx, ctx.services.keys, { kind, tenantId, userId: row.id });
    return {
      row,
      object: { type: 'User', id: row.id },
      after: row,
      events: [{ type: 'user.created', payload: { userId: row.id, role: row.role } }, event],
    };
  },
});

export const userUpdate = verb({
  name: 'userUpdate',
  input: z.object({
    ...fields.versioned,
    email: fields.kept(fields.email),
    firstName: fields.changed(name),
    lastName: fields.changed(name),
    role: fields.kept(role),
  }),
  tenant: target,
  asService: true,
  constraints,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockUser(tx, tenantId, input.id);
    expectVersion(before, input.expectedVersion);
    const { email, firstName, lastName } = input;
    const newRole = input.role ?? before.role;
    requireMatchingTenant(tenantId, newRole as z.output<typeof role>);
    const row = await tx.user.update({
      where: { tenantId_id: { tenantId, id: input.id } },
      data: {
        ...(email === undefined ? {} : { email, emailVerified: email === before.email && before.emailVerified }),
        ...(firstName === undefined ? {} : { firstName }),
        ...(lastName === undefined ? {} : { lastName }),
        role: newRole,
        version: { increment: 1 },
        // Tokens that are out carry the version of the rights they were given for.
        ...(newRole === before.role ? {} : { rightsVersion: { increment: 1 } }),
      },
      ...withoutHash,
    });
    const events: DomainEvent[] = [{ type: 'user.updated', payload: { userId: row.id } }];
    if (row.email !== before.email) {
      const link = { kind: 'email_verification', tenantId, userId: row.id } as const;
      events.push((await issueLink(tx, ctx.services.keys, link)).event);
    }
    return { row, object: { type: 'User', id: row.id }, before, after: row, events };
  },
});

export const userDeactivate = verb({
  name: 'userDeactivate',
  input: z.object({ id: fields.id }),
  tenant: target,
  asService: true,
  async act({ ctx, tx, input: { id }, tenantId }) {
    const before = await lockUser(tx, tenantId, id);
    moveUser('deactivate', userState(before));
    const { identity } = ctx.caller;
    if (identity.kind === 'user' && identity.userId === id)
      throw new Refusal('INVALID', 'Nobody deactivates their own account.', 'id');
    const row = await tx.user.update({
      where: { tenantId_id: { tenantId, id } },
      data: { isActive: false, deactivatedAt: new Date(), rightsVersion: { increment: 1 }, version: { increment: 1 } },
      ...withoutHash,
    });
    await endSessions(tx, { tenantId, userId: id }, 'user deactivated');
    return {
      row,
      object: { type: 'User', id },
      before,
      after: row,
      events: [{ type: 'user.deactivated', payload: { userId: id } }],
    };
  },
});

export const userReactivate = verb({
  name: 'userReactivate',
  input: z.object({ id: fields.id }),
  tenant: target,
  asService: true,
  async act({ tx, input: { id }, tenantId }) {
    const before = await lockUser(tx, tenantId, id);
    moveUser('reactivate', userState(before));
    const row = await tx.user.update({
      where: { tenantId_id: { tenantId, id } },
      data: { isActive: true, deactivatedAt: null, version: { increment: 1 } },
      ...withoutHash,
    });
    return {
      row,
      object: { type: 'User', id },
      before,
      after: row,
      events: [{ type: 'user.reactivated', payload: { userId: id } }],
    };
  },
});
