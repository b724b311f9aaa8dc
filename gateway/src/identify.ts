/** Stage `identify`: who asks, from the token or the publishable key alone. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { addressOf } from '@metatron/platform/http';
import { anonymous, type Caller, type Identity } from '@metatron/platform/identity';
import type { Logger } from '@metatron/platform/log';
import type { AccessGrant } from '@metatron/platform/tokenClaims';
import { TokenRefusal } from '@metatron/platform/tokenRefusal';
import type { KeyRing } from '@metatron/platform/tokens';
import { LRUCache } from 'lru-cache';

import { askAsPlatform, type SubgraphLink } from './subgraphSource.ts';
import type { TenantKeys } from './tenantKeys.ts';

/** Rights that end are felt within this; the promise is five seconds. */
export const STATE_TTL_MS = 3_000;
const MAX_SESSIONS = 50_000;

const STATE_QUERY = `query SessionState($sessionId: ID!, $userId: ID!, $tenantId: ID!, $rightsVersion: Int!) {
  sessionState(sessionId: $sessionId, userId: $userId, tenantId: $tenantId, rightsVersion: $rightsVersion) { active }
}`;

/** Whether live tokens still hold: AUTH's word, kept for three seconds. */
export class SessionStates {
  private readonly states = new LRUCache<string, { readonly active: boolean; readonly at: number }>({
    max: MAX_SESSIONS,
  });
  private readonly auth: SubgraphLink;
  private readonly log: Logger;

  constructor(auth: SubgraphLink, log: Logger) {
    this.auth = auth;
    this.log = log;
  }

  async isActive({ identity, rightsVersion }: AccessGrant, requestId: string): Promise<boolean> {
    const key = `${identity.sessionId} ${identity.tenantId} ${String(rightsVersion)}`;
    const known = this.states.get(key);
    if (known !== undefined && performance.now() - known.at < STATE_TTL_MS) return known.active;
    try {
      const { sessionId, userId, tenantId } = identity;
      const { data } = await askAsPlatform(this.auth, requestId, STATE_QUERY, {
        sessionId,
        userId,
        tenantId,
        rightsVersion,
      });
      const state = data?.['sessionState'] as { active: boolean } | null | undefined;
      if (state == null) throw new Error('no answer');
      this.states.set(key, { active: state.active, at: performance.now() });
      return state.active;
    } catch (error) {
      // While AUTH is down the token's own quarter of an hour bounds what it can do.
      this.log.warn({ requestId, reason: (error as Error).message }, 'the state of a session is not known');
      return known?.active ?? true;
    }
  }
}

const BEARER = /^Bearer ([^\s]+)$/;
const REQUEST_ID = /^[\w-]{8,64}$/;

function single(request: IncomingMessage, header: string): string | undefined {
  const value = request.headers[header];
  return typeof value === 'string' ? value : undefined;
}

/** What tells who a caller is. */
export interface Authorities {
  readonly keys: KeyRing;
  readonly sessions: SessionStates;
  readonly tenantKeys: TenantKeys;
}

async function userOf(authorization: string, requestId: string, { keys, sessions }: Authorities): Promise<Identity> {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new TokenRefusal('malformed');
  const grant = await keys.verifyAccess(token);
  if (!(await sessions.isActive(grant, requestId))) throw new TokenRefusal('ended', grant.identity);
  return grant.identity;
}

/** A person's token counts before the key of the page that they are on. */
async function identityOf(request: IncomingMessage, requestId: string, authorities: Authorities): Promise<Identity> {
  const authorization = single(request, 'authorization') ?? '';
  if (authorization !== '') return userOf(authorization, requestId, authorities);
  const key = single(request, 'x-tenant-key') ?? '';
  if (key === '') return anonymous;
  return { kind: 'key', tenantId: await authorities.tenantKeys.tenantOf(key, requestId) };
}

/** The request's id: the caller's own if it is one, so that a frontend can follow it. */
export function requestIdOf(request: IncomingMessage): string {
  const asked = single(request, 'x-request-id');
  return asked !== undefined && REQUEST_ID.test(asked) ? asked : randomUUID();
}

/**
 * The caller of an HTTP request. Nothing but the token or the publishable key says who that is;
 * other headers are not passed on.
 * @throws TokenRefusal, or PublicError UNAUTHENTICATED for a key that does not hold.
 */
export async function identify(request: IncomingMessage, requestId: string, authorities: Authorities): Promise<Caller> {
  return {
    identity: await identityOf(request, requestId, authorities),
    requestId,
    address: addressOf(request),
    userAgent: single(request, 'user-agent') ?? '',
  };
}
