/** What tokens say, read with nothing taken for granted. */
import type { JWTPayload } from 'jose';
import { z } from 'zod';

import type { Caller, UserIdentity } from './identity.ts';

/** A person's identity together with the version of their rights when the token was signed. */
export interface AccessGrant {
  readonly identity: UserIdentity;
  readonly rightsVersion: number;
}

const role = z.enum(['superadmin', 'admin', 'client']);

const accessClaims = z.object({ sub: z.uuid(), tid: z.string(), role, sid: z.uuid(), rv: z.int() });

const identitySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), role, userId: z.uuid(), tenantId: z.string(), sessionId: z.uuid() }),
  z.object({ kind: z.literal('key'), tenantId: z.string() }),
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('platform') }),
]);

const callerSchema = z.object({
  identity: identitySchema,
  requestId: z.string(),
  address: z.string(),
  userAgent: z.string(),
});

/** The claims of an access token. */
export function writeAccess({ identity, rightsVersion }: AccessGrant): JWTPayload {
  const { userId, tenantId, sessionId } = identity;
  return { sub: userId, tid: tenantId, role: identity.role, sid: sessionId, rv: rightsVersion };
}

/** What an access token grants; undefined for the claims of anything else. */
export function readAccess(claims: JWTPayload): AccessGrant | undefined {
  const { data } = accessClaims.safeParse(claims);
  if (data === undefined) return undefined;
  const { sub: userId, tid: tenantId, sid: sessionId, rv: rightsVersion } = data;
  return { identity: { kind: 'user', role: data.role, userId, tenantId, sessionId }, rightsVersion };
}

/** Whom the gateway vouches for; undefined when that is not said in full. */
export const readCaller = (claims: JWTPayload): Caller | undefined => callerSchema.safeParse(claims['caller']).data;
