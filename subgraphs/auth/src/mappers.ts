import type { Connection } from '@metatron/platform/read/connection';
import type { AuthEvent, Role, Session, Tenant, User } from '@metatron/prisma/auth/client';

export type TenantRow = Tenant;
export type UserRow = Omit<User, 'passwordHash'>;
export type SessionRow = Omit<Session, 'tokenHash'>;
export type AuthEventRow = AuthEvent;
export type RoleRow = Role;

export type UserConnectionRow = Connection<UserRow>;
export type SessionConnectionRow = Connection<SessionRow>;
export type AuthEventConnectionRow = Connection<AuthEventRow>;
export type RoleConnectionRow = Connection<RoleRow>;
