/**
 * Signed tokens, made and checked in one place. Two kinds, told apart by type and audience so that
 * neither passes for the other (RFC 8725, sections 3.8 to 3.12):
 * - an access token says who a person is, to the gateway (RFC 9068);
 * - a caller token says on whose behalf the gateway asks, to one subgraph, for a minute.
 */
import { hkdfSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
} from 'jose';
import { z } from 'zod';

import type { Domain } from './domains.ts';
import { StartupError } from './errors.ts';
import type { Caller } from './identity.ts';
import { statementKeys, type StatementKeys } from './statements.ts';
import { readAccess, readCaller, writeAccess, type AccessGrant } from './tokenClaims.ts';
import { faultOf, TokenRefusal } from './tokenRefusal.ts';
import { VerifiedTokens } from './verifiedTokens.ts';

const ALGORITHM = 'EdDSA';
const ISSUER = 'metatron';
const GATEWAY = 'metatron:gateway';
const ACCESS_TYPE = 'at+jwt';
const CALLER_TYPE = 'caller+jwt';
const ACCESS_SECONDS = 15 * 60;
const CALLER_SECONDS = 60;
const DERIVED_BYTES = 32;

const subgraphAudience = (domain: Domain): string => `metatron:subgraph:${domain}`;

export interface SignedAccess {
  readonly token: string;
  /** Seconds until it expires. */
  readonly expiresIn: number;
}

export interface KeyRing extends StatementKeys {
  signAccess(grant: AccessGrant): Promise<SignedAccess>;
  /** @throws TokenRefusal for anything but a live token of ours. */
  verifyAccess(token: string): Promise<AccessGrant>;
  signCaller(caller: Caller, subgraph: Domain): Promise<string>;
  /** @throws TokenRefusal for anything but the gateway's word to this subgraph. */
  verifyCaller(token: string, subgraph: Domain): Promise<Caller>;
  /** The key that signs, and that new secrets are derived from. */
  readonly currentKeyId: string;
  /**
   * 32 bytes that only this key ring can make, another for each purpose (RFC 5869).
   * @throws TokenRefusal when the key has been retired.
   */
  derive(purpose: string, keyId: string): Buffer;
  /**
   * The secret in a link of a mail, derived from a signing key: whoever makes the link and whoever
   * sends it both know it, and nothing has to carry or keep it. Only its hash is stored.
   * @throws TokenRefusal when the key has been retired.
   */
  linkToken(link: LinkReference): string;
  /** The public half of every key that still verifies (RFC 7517). */
  readonly jwks: JSONWebKeySet;
}

/** Which single-use token a link carries. */
export interface LinkReference {
  readonly tokenId: string;
  readonly keyId: string;
}

interface KeyFile {
  /** The id of the key that signs; the others verify until they are taken out. */
  readonly current: string;
  readonly keys: readonly JWK[];
}

async function makeKeyFile(file: string): Promise<void> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const content: KeyFile = { current: kid, keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] };
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process of the same first start was quicker: its keys are the ones.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readKeyFile(file: string): KeyFile {
  try {
    return z
      .object({
        current: z.string(),
        keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('OKP'), d: z.string() })).min(1),
      })
      .parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StartupError(
      `SIGNING_KEYS_FILE ${file} does not hold signing keys.`,
      'Remove it to make new ones at the next start; everyone then signs in again.',
    );
  }
}

/** A token that did not verify; of one whose time is over, our own signature says whose it was. */
function refusalOf(error: unknown): TokenRefusal {
  const bearer = error instanceof errors.JWTExpired ? readAccess(error.payload)?.identity : undefined;
  return new TokenRefusal(faultOf(error), bearer);
}

function toPublic({ d: _private, ...jwk }: JWK): JWK {
  return jwk;
}

/** Reads the signing keys, making them at the first start. */
export async function openKeyRing(file: string): Promise<KeyRing> {
  if (!existsSync(file)) await makeKeyFile(file);
  const { current, keys } = readKeyFile(file);
  const signing = keys.find(({ kid }) => kid === current);
  if (signing === undefined)
    throw new StartupError(`SIGNING_KEYS_FILE ${file} names a current key that it does not hold.`);
  const privateKey = (await importJWK(signing, ALGORITHM)) as CryptoKey;
  const jwks: JSONWebKeySet = { keys: keys.map(toPublic) };
  const publicKeys = createLocalJWKSet(jwks);
  const verified = new VerifiedTokens<AccessGrant>();

  const sign = (claims: JWTPayload, type: string, audience: string, seconds: number): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: type, kid: current })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${String(seconds)}s`)
      .sign(privateKey);

  const verify = async (token: string, type: string, audience: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, publicKeys, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        typ: type,
        requiredClaims: ['exp', 'iat'],
      });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  };

  const derive = (purpose: string, keyId: string): Buffer => {
    const secret = keys.find(({ kid }) => kid === keyId)?.d;
    if (secret === undefined) throw new TokenRefusal('unknown_key');
    return Buffer.from(hkdfSync('sha256', secret, '', `metatron:${purpose}`, DERIVED_BYTES));
  };

  return {
    ...statementKeys(keys, signing),
    jwks,
    currentKeyId: current,
    derive,
    linkToken: ({ tokenId, keyId }) => derive(`link:${tokenId}`, keyId).toString('base64url'),
    async signAccess(grant) {
      const token = await sign(writeAccess(grant), ACCESS_TYPE, GATEWAY, ACCESS_SECONDS);
      return { token, expiresIn: ACCESS_SECONDS };
    },
    async verifyAccess(token) {
      const known = verified.get(token);
      if (known !== undefined) return known;
      const claims = await verify(token, ACCESS_TYPE, GATEWAY);
      const grant = readAccess(claims);
      if (grant === undefined) throw new TokenRefusal('misused');
      if (claims.exp !== undefined) verified.set(token, grant, claims.exp);
      return grant;
    },
    signCaller: (caller, subgraph) => sign({ caller }, CALLER_TYPE, subgraphAudience(subgraph), CALLER_SECONDS),
    async verifyCaller(token, subgraph) {
      const caller = readCaller(await verify(token, CALLER_TYPE, subgraphAudience(subgraph)));
      if (caller === undefined) throw new TokenRefusal('misused');
      return caller;
    },
  };
}
