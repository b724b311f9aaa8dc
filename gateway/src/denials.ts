/** What counts as a denial, how bad it is, and whose it is. */
import { isIP } from 'node:net';

import { PLATFORM_TENANT, type Caller, type Identity } from '@metatron/platform/identity';
import { TokenRefusal } from '@metatron/platform/tokenRefusal';

type Severity = 'LOW' | 'MEDIUM' | 'HIGH';

/** Every kind of denial. */
const SEVERITIES = {
  /** A field that needs a sign-in, asked for without one. */
  sign_in_required: 'LOW',
  /** A field that the matrix denies to the caller. */
  field_denied: 'MEDIUM',
  /** A tenant's caller named a tenant. */
  tenant_named: 'MEDIUM',
  /** The gateway let it pass, and the service refused it: one of the two is wrong. */
  denied_by_service: 'HIGH',
  /** A rule of a service's own refused a mutation. */
  mutation_refused: 'MEDIUM',
  /** A route beside GraphQL was refused. */
  route_denied: 'MEDIUM',
  /** Too many wrong passwords. */
  login_lockout: 'MEDIUM',
  /** Too many tries of something else. */
  throttled: 'MEDIUM',
  /** A publishable key that is none, or no more. */
  key_refused: 'LOW',
  token_expired: 'LOW',
  token_ended: 'LOW',
  token_malformed: 'LOW',
  token_unknown_key: 'MEDIUM',
  token_misused: 'HIGH',
  token_forged: 'HIGH',
  /** More callers were refused than are kept apart. */
  denials_overflow: 'HIGH',
} as const satisfies Readonly<Record<string, Severity>>;

export type DenialKind = keyof typeof SEVERITIES;

export interface Denial {
  readonly kind: DenialKind;
  readonly caller: Pick<Caller, 'identity' | 'address' | 'requestId'>;
  /** What was asked for, by names of the schema: no aliases, no arguments, no values. */
  readonly coordinates: readonly string[];
}

/** Denials of one kind to one caller, as cdx takes them. */
export interface DenialCount {
  readonly tenantId: string;
  readonly kind: DenialKind;
  readonly severity: Severity;
  readonly caller: string;
  readonly actorId: string | null;
  readonly ipAddress: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly coordinates: readonly string[];
  readonly requestId: string;
}

/** Whose repeats are one incident: the person, else where the requests come from. */
function callerOf(identity: Identity, address: string): string {
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
    coordinates,
    requestId,
  };
}

/** The kind of denial that a token or a key is refused by. */
export const refusalKind = (error: unknown): DenialKind =>
  error instanceof TokenRefusal ? `token_${error.fault}` : 'key_refused';
