import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { decodeJwt, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';

import { openKeyRing } from '../../platform/src/tokens.ts';
import { ask, dataDirectory, tokenOf } from '../../platform/test/kit.ts';

type Key = Parameters<SignJWT['sign']>[0];

const keysFile = join(dataDirectory, 'keys.json');
const { current, keys } = JSON.parse(readFileSync(keysFile, 'utf8')) as { current: string; keys: JWK[] };
const jwk = keys.find(({ kid }) => kid === current) ?? {};

/** What a good token says, and the one thing that is another in a forged one. */
interface Forgery {
  readonly header?: object;
  readonly claims?: JWTPayload;
  readonly without?: keyof JWTPayload;
  readonly key?: () => Promise<Key>;
}

/** The claims of a live session, signed again with the platform's own key unless another is given. */
async function forge({ header = {}, claims = {}, without, key }: Forgery): Promise<string> {
  const said: JWTPayload = { ...decodeJwt(await tokenOf('acme')), ...claims };
  if (without !== undefined) Reflect.deleteProperty(said, without);
  return new SignJWT(said)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: current, ...header })
    .sign(key === undefined ? await importJWK(jwk, 'EdDSA') : await key());
}

const publicKey = async (): Promise<string> => {
  const { d: _private, ...open } = jwk;
  return exportSPKI((await importJWK(open, 'EdDSA', { extractable: true })) as Parameters<typeof exportSPKI>[0]);
};
const strangersKey = async (): Promise<Key> => (await generateKeyPair('EdDSA')).privateKey;
const now = Math.floor(Date.now() / 1000);

describe('threat 2: a token that is right but for', () => {
  test('nothing is let in: what refuses the others is their fault', async () => {
    const { data } = await ask('{ me { email } }', { token: await forge({}) });
    expect(data).toEqual({ me: { email: 'client@acme.example' } });
  });

  test.each<[string, Forgery]>([
    ['another audience', { claims: { aud: 'metatron:subgraph:crm' } }],
    ['no audience', { without: 'aud' }],
    ['another issuer', { claims: { iss: 'stranger' } }],
    ['no expiry', { without: 'exp' }],
    ['an expiry that is past', { claims: { exp: now - 60 } }],
    ['no time of issue', { without: 'iat' }],
    ['a time before which it does not hold', { claims: { nbf: now + 600 } }],
    ['the type of a caller token', { header: { typ: 'caller+jwt' } }],
    ['no type', { header: { typ: undefined } }],
    ['a role that is none', { claims: { role: 'root' } }],
    ['a session that is not there', { claims: { sid: '01890000-0000-7000-8000-000000000000' } }],
    ['the signature of a stranger under our key’s id', { key: strangersKey }],
    ['a key that is retired', { header: { kid: 'retired' }, key: strangersKey }],
    [
      'HS256 with the public key as its secret',
      { header: { alg: 'HS256' }, key: async () => new TextEncoder().encode(await publicKey()) },
    ],
    [
      'HS256 with the public key’s own bytes',
      { header: { alg: 'HS256' }, key: () => Promise.resolve(Buffer.from(jwk.x ?? '', 'base64url')) },
    ],
  ])('%s is refused for the whole request', async (_what, forgery) => {
    const { status, data, errors } = await ask('{ me { email } }', { token: await forge(forgery) });
    expect({ status, codes: errors?.map(({ extensions }) => extensions.code) }).toEqual({
      status: 401,
      codes: ['UNAUTHENTICATED'],
    });
    expect(data ?? null).toBeNull();
  });

  test('being the gateway’s word to a subgraph is refused', async () => {
    const ring = await openKeyRing(keysFile);
    const caller = { identity: { kind: 'platform' }, requestId: 'forged', address: '', userAgent: '' } as const;
    expect((await ask('{ me { email } }', { token: await ring.signCaller(caller, 'auth') })).status).toBe(401);
  });
});
