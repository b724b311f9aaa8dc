import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/auth/client';

import type { AuthEventRow, RoleRow, SessionRow, TenantRow, UserRow } from './mappers.ts';

export const tenants = defineTable<TenantRow>('Tenant', 'tenants', Prisma.TenantScalarFieldEnum, { tenancy: 'id' });
export const users = defineTable<UserRow>('User', 'users', Prisma.UserScalarFieldEnum, { without: ['passwordHash'] });
export const sessions = defineTable<SessionRow>('Session', 'sessions', Prisma.SessionScalarFieldEnum, {
  without: ['tokenHash'],
});
export const authEvents = defineTable<AuthEventRow>('AuthEvent', 'auth_events', Prisma.AuthEventScalarFieldEnum, {});
export const roles = defineTable<RoleRow>('Role', 'roles', Prisma.RoleScalarFieldEnum, { tenancy: 'shared' });
