/** Roles, which may only narrow what the access matrix allows. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import * as fields from '@metatron/platform/verb/fields';
import { isKnownTenant } from '@metatron/platform/verb/tenant';

import { verb, type Context, type Tx } from './context.ts';
import type { UserRow } from './mappers.ts';
import { users } from './tables.ts';

const permission = z
  .string()
  .regex(/^[a-z]+:(read|write)$/, 'A permission is a domain and what is done there, such as `crm:read`.');

async function roleTenant(
  ctx: Context,
  { tenantId }: { readonly tenantId?: string | null | undefined },
): Promise<string> {
  if (tenantId == null) return PLATFORM_TENANT;
  if (!(await isKnownTenant(ctx, tenantId))) throw new Refusal('NOT_FOUND', 'There is no such tenant.', 'tenantId');
  return tenantId;
}

export const roleCreate = verb({
  name: 'roleCreate',
  input: z.object({
    ...fields.tenanted,
    name: fields.text(100),
    description: fields.optional(fields.text(1000)),
    permissions: z.array(permission).max(50),
  }),
  tenant: { of: 'resolved', find: roleTenant },
  asService: true,
  constraints: { roles_name_key: { code: 'TAKEN', message: 'There is a role of this name.', field: 'name' } },
  async act({ tx, input: { name, description, permissions, tenantId } }) {
    const row = await tx.role.create({
      data: { id: uuidv7(), tenantId: tenantId ?? null, name, description, permissions },
    });
    return {
      row,
      object: { type: 'Role', id: row.id },
      after: row,
      events: [{ type: 'role.created', payload: { roleId: row.id } }],
    };
  },
});

const grant = z.object({ userId: fields.id, roleId: fields.id });
const grantee = { of: 'target', table: users, noun: 'user', field: 'userId' } as const;

/** Grants are part of a user's rights: tokens that are out end with the old ones. */
function touchRights(tx: Tx, tenantId: string, id: string): Promise<UserRow> {
  return tx.user.update({
    where: { tenantId_id: { tenantId, id } },
    data: { rightsVersion: { increment: 1 }, version: { increment: 1 } },
    omit: { passwordHash: true },
  });
}

export const roleGrant = verb({
  name: 'roleGrant',
  input: grant.extend({ expiresAt: z.date().nullish() }),
  tenant: grantee,
  asService: true,
  constraints: { user_roles_pkey: { code: 'CONFLICT', message: 'The user has this role already.', field: 'roleId' } },
  async act({ ctx, tx, input: { userId, roleId, expiresAt }, tenantId }) {
    const role = await tx.role.findFirst({ where: { id: roleId, OR: [{ tenantId }, { tenantId: null }] } });
    if (role === null) throw new Refusal('NOT_FOUND', 'There is no such role in the user’s tenant.', 'roleId');
    if (expiresAt != null && expiresAt <= new Date())
      throw new Refusal('INVALID', 'A grant cannot end in the past.', 'expiresAt');
    await tx.userRole.create({
      data: {
        tenantId,
        userId,
        roleId,
        roleScope: role.scope,
        grantedBy: requireUser(ctx.caller.identity).userId,
        expiresAt: expiresAt ?? null,
      },
    });
    const row = await touchRights(tx, tenantId, userId);
    return {
      row,
      object: { type: 'User', id: userId },
      after: { roleId },
      events: [{ type: 'role.granted', payload: { userId, roleId } }],
    };
  },
});

export const roleRevoke = verb({
  name: 'roleRevoke',
  input: grant,
  tenant: grantee,
  asService: true,
  async act({ tx, input: { userId, roleId }, tenantId }) {
    const { count } = await tx.userRole.deleteMany({ where: { tenantId, userId, roleId } });
    if (count === 0) throw new Refusal('NOT_FOUND', 'The user does not have this role.', 'roleId');
    const row = await touchRights(tx, tenantId, userId);
    return {
      row,
      object: { type: 'User', id: userId },
      before: { roleId },
      events: [{ type: 'role.revoked', payload: { userId, roleId } }],
    };
  },
});
