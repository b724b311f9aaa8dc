import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import { importJWK, SignJWT, type JWK } from 'jose';

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

  test('refuses a file that holds no keys, and says what to do', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{}');
    await expect(openKeyRing(broken)).rejects.toThrow('does not hold signing keys');
  });
});
