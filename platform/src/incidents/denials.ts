/** What counts as a denial, how bad it is, and whose it is. */
import { isIP } from 'node:net';

import { PLATFORM_TENANT, type Caller, type Identity, type UserIdentity } from '../identity.ts';
import { TokenRefusal } from '../tokenRefusal.ts';

import type { Incident, Severity } from './incident.ts';

/** Every kind of denial. */
const SEVERITIES = {
  /** A field that needs a sign-in, asked for without one. */
  sign_in_required: 'low',
  /** A field that the matrix denies to the caller. */
  field_denied: 'medium',
  /** A tenant's caller named a tenant. */
  tenant_named: 'medium',
  /** The gateway let it pass, and the service refused it: one of the two is wrong. */
  denied_by_service: 'high',
  /** A rule of a service's own refused a mutation. */
  mutation_refused: 'medium',
  /** A route beside GraphQL was refused. */
  route_denied: 'medium',
  /** Too many wrong passwords. */
  login_lockout: 'medium',
  /** Too many tries of something else. */
  throttled: 'medium',
  /** A publishable key that is none, or no more. */
  key_refused: 'low',
  token_expired: 'low',
  token_ended: 'low',
  token_malformed: 'low',
  token_unknown_key: 'medium',
  token_misused: 'high',
  token_forged: 'high',
  /** A refresh token that was used before: it is in two hands. */
  refresh_token_reuse: 'high',
  /** A service of its own process was asked by somebody who is not the gateway. */
  gateway_bypassed: 'high',
  /** More callers were refused than are kept apart. */
  denials_overflow: 'high',
} as const satisfies Readonly<Record<string, Severity>>;

export type DenialKind = keyof typeof SEVERITIES;

/** A person as far as an incident names them. */
export type Bearer = Pick<UserIdentity, 'kind' | 'userId' | 'tenantId'>;

type Whose = Exclude<Identity, UserIdentity> | Bearer;

export interface Denial {
  readonly kind: DenialKind;
  readonly caller: Pick<Caller, 'address' | 'requestId'> & { readonly identity: Whose };
  /** What was asked for, by names of the schema: no aliases, no arguments, no values. */
  readonly coordinates: readonly string[];
}

/** Denials of one kind to one caller: an incident. */
export type DenialCount = Incident<{ readonly coordinates: readonly string[]; readonly requestId: string }>;

/** Whose repeats are one incident: the person, else where the requests come from. */
function callerOf(identity: Whose, address: string): string {
  if (identity.kind === 'user') return `user:${identity.userId}`;
  return `${identity.kind}:${address}`;
}

/** An address as PostgreSQL takes it; a link-local one without its interface. */
function addressOf(address: string): string | null {
  const bare = address.replace(/%.*$/, '');
  return isIP(bare) === 0 ? null : bare;
}

/** A denial as the first of its incident. */
export function countOf({ kind, caller: { identity, address, requestId }, coordinates }: Denial): DenialCount {
  const at = new Date();
  return {
    tenantId: 'tenantId' in identity ? identity.tenantId : PLATFORM_TENANT,
    kind,
    severity: SEVERITIES[kind],
    caller: callerOf(identity, address),
    actorId: identity.kind === 'user' ? identity.userId : null,
    ipAddress: addressOf(address),
    count: 1,
    firstAt: at,
    lastAt: at,
    details: { coordinates, requestId },
  };
}

/** The kind of denial that a token or a key is refused by. */
export const refusalKind = (error: unknown): DenialKind =>
  error instanceof TokenRefusal ? `token_${error.fault}` : 'key_refused';
