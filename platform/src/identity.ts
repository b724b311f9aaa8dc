/** The row of the access matrix that a person acts under. */
export type Role = 'superadmin' | 'admin' | 'client';

/** A signed-in person, acting in one active tenant. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly role: Role;
  readonly userId: string;
  /** The active tenant: `platform` for staff. */
  readonly tenantId: string;
  readonly sessionId: string;
}

/** A browser that is not signed in, under a tenant's publishable key. */
export interface KeyIdentity {
  readonly kind: 'key';
  readonly tenantId: string;
}

export interface AnonymousIdentity {
  readonly kind: 'anonymous';
}

/** The platform itself: the gateway asking a subgraph in its own name. */
export interface PlatformIdentity {
  readonly kind: 'platform';
}

export type Identity = UserIdentity | KeyIdentity | AnonymousIdentity | PlatformIdentity;

/** The reserved tenant that platform staff belong to. */
export const PLATFORM_TENANT = 'platform';

export const anonymous: AnonymousIdentity = { kind: 'anonymous' };

/** What the gateway passes to a subgraph with every request. */
export interface Caller {
  readonly identity: Identity;
  readonly requestId: string;
  /** The caller's network address, for auth events and counters. */
  readonly address: string;
  readonly userAgent: string;
}
