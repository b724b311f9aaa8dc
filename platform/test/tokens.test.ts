import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT, type JWK } from 'jose';

import type { Caller, UserIdentity } from '../src/identity.ts';
import { openKeyRing } from '../src/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-keys-'));
const file = join(folder, 'keys.json');
const identity: UserIdentity = {
  kind: 'user',
  role: 'client',
  userId: '01890000-0000-7000-8000-000000000000',
  tenantId: 'acme',
  sessionId: '01890000-0000-7000-8000-000000000001',
};
const caller: Caller = { identity, requestId: 'a-request', address: '127.0.0.1', userAgent: 'test' };

afterAll(() => rmSync(folder, { recursive: true }));

/** A token signed by our own key, with claims as given. */
async function forge(type: string, audience: string, expires: string | undefined): Promise<string> {
  await openKeyRing(file);
  const { current, keys } = JSON.parse(readFileSync(file, 'utf8')) as { current: string; keys: JWK[] };
  const claims = { sub: identity.userId, tid: 'acme', role: 'superadmin', sid: identity.sessionId, rv: 1, caller };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: current })
    .setIssuer('metatron')
    .setAudience(audience)
    .setIssuedAt();
  if (expires !== undefined) token.setExpirationTime(expires);
  return token.sign(await importJWK(keys[0]!, 'EdDSA'));
}

describe('the key ring', () => {
  test('keeps its file to its owner, and reads it again', async () => {
    const first = await openKeyRing(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { token } = await first.signAccess({ identity, rightsVersion: 3 });
    expect(await (await openKeyRing(file)).verifyAccess(token)).toEqual({ identity, rightsVersion: 3 });
  });

  test('threat 2: takes an access token that is signed, live and meant for the gateway alone', async () => {
    const keys = await openKeyRing(file);
    await expect(keys.verifyAccess(await forge('at+jwt', 'metatron:gateway', '5m'))).resolves.toBeDefined();
    for (const token of [
      await forge('at+jwt', 'metatron:gateway', '-5m'),
      await forge('at+jwt', 'metatron:gateway', undefined),
      await forge('at+jwt', 'another:audience', '5m'),
      await forge('caller+jwt', 'metatron:gateway', '5m'),
      await keys.signCaller(caller, 'crm'),
    ]) {
      await expect(keys.verifyAccess(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('refuses a token that it has taken once its time is over, or anything of it is another', async () => {
    const keys = await openKeyRing(file);
    const token = await forge('at+jwt', 'metatron:gateway', '2s');
    const [head, body, signature = ''] = token.split('.');
    const { exp = 0 } = decodeJwt(token);
    expect(await keys.verifyAccess(token)).toEqual(await keys.verifyAccess(token));
    const other = [head, body, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.');
    await expect(keys.verifyAccess(other)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    jest.useFakeTimers({ now: exp * 1000 - 1, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    await expect(keys.verifyAccess(token)).resolves.toBeDefined();
    jest.setSystemTime(exp * 1000);
    await expect(keys.verifyAccess(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', fault: 'expired' });
    jest.useRealTimers();
  });

  test('threat 1: takes the gateway’s word to the subgraph that it is meant for, and no user’s token', async () => {
    const keys = await openKeyRing(file);
    const token = await keys.signCaller(caller, 'crm');
    expect(await keys.verifyCaller(token, 'crm')).toEqual(caller);
    await expect(keys.verifyCaller(token, 'billing')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const access = await keys.signAccess({ identity, rightsVersion: 1 });
    await expect(keys.verifyCaller(access.token, 'crm')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('derives the same secret for a link in every process, another for every token, none for a key it lacks', async () => {
    const [one, other] = [await openKeyRing(file), await openKeyRing(file)];
    const link = { tokenId: identity.sessionId, keyId: one.currentKeyId };
    expect(one.linkToken(link)).toBe(other.linkToken(link));
    expect(one.linkToken(link)).toMatch(/^[\w-]{43}$/);
    expect(one.linkToken({ ...link, tokenId: identity.userId })).not.toBe(one.linkToken(link));
    expect(() => one.linkToken({ ...link, keyId: 'retired' })).toThrow();
  });

  test('says of a refused token what is wrong with it, and whose it was if the signature is ours', async () => {
    const keys = await openKeyRing(file);
    const whyNot = (token: string) => keys.verifyAccess(token).catch((error: unknown) => error);
    const expired = await forge('at+jwt', 'metatron:gateway', '-5m');
    expect(await whyNot(expired)).toMatchObject({ fault: 'expired', bearer: { userId: identity.userId } });
    const misused = await whyNot(await keys.signCaller(caller, 'crm'));
    expect(misused).toMatchObject({ fault: 'misused', bearer: undefined });
    const [head, body] = expired.split('.');
    expect(await whyNot(`${head!}.${body!}.${'A'.repeat(86)}`)).toMatchObject({ fault: 'forged', bearer: undefined });
    const others = await openKeyRing(join(folder, 'others.json'));
    const { token } = await others.signAccess({ identity, rightsVersion: 1 });
    expect(await whyNot(token)).toMatchObject({ fault: 'unknown_key', bearer: undefined });
    expect(await whyNot('nonsense')).toMatchObject({ fault: 'malformed', bearer: undefined });
  });

  test('signs a statement for one purpose and one text', async () => {
    const keys = await openKeyRing(file);
    const signed = keys.signStatement('log', 'a text');
    expect(keys.checkStatement('log', 'a text', signed)).toBe('sound');
    expect(keys.checkStatement('log', 'another', signed)).toBe('forged');
    expect(keys.checkStatement('mail', 'a text', signed)).toBe('forged');
    const others = await openKeyRing(join(folder, 'others.json'));
    expect(others.checkStatement('log', 'a text', signed)).toBe('unknownKey');
    expect(others.checkStatement('log', 'a text', { ...signed, keyId: others.currentKeyId })).toBe('forged');
  });

  test('refuses a file that holds no keys, and says what to do', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{}');
    await expect(openKeyRing(broken)).rejects.toThrow('does not hold signing keys');
  });
});
