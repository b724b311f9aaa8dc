/** Access tokens: which ones the gateway refuses, and when a good one ends. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';

import { ask, closeSql, read, signIn, tokenOf } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { isRefused, makeUser } from './auth.ts';

afterAll(closeSql);

describe('a token', () => {
  const claims = {
    sub: NOBODY,
    tid: 'platform',
    role: 'superadmin',
    sid: NOBODY,
    rv: 1,
  };

  test.each([
    [
      'no signature',
      () =>
        Promise.resolve(
          `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
        ),
    ],
    [
      'the public key as an HMAC secret',
      () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .setIssuer('metatron')
          .setAudience('metatron:gateway')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode('the public key'.repeat(4))),
    ],
    [
      'a key of its own',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'mine' })
          .setIssuer('metatron')
          .setAudience('metatron:gateway')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign((await generateKeyPair('EdDSA')).privateKey),
    ],
    ['nonsense in it', () => Promise.resolve('abc.def.ghi')],
  ])('threat 2: with %s is refused for the whole request', async (_what, make) => {
    const { status, errors, data } = await ask('{ me { id } }', { token: await make() });
    expect(status).toBe(401);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(errors?.[0]?.extensions.requestId).toMatch(/^[\w-]{8,64}$/);
    expect(data ?? null).toBeNull();
  });

  test('threat 2: to refresh with does not pass as one to access with', async () => {
    const { refreshToken } = await signIn(await makeUser());
    expect(await isRefused(refreshToken)).toBe(true);
  });

  test('threat 18: ends within five seconds of the logout, of a changed role and of a deactivation', async () => {
    const superadmin = await tokenOf('superadmin');
    const ends: ((user: { id: string }, token: string) => Promise<unknown>)[] = [
      (_user, token) => read('mutation { logout { ok } }', { token }),
      ({ id }) => read(`mutation { userDeactivate(input: { id: "${id}" }) { user { id } } }`, { token: superadmin }),
      async ({ id }) => {
        const { roleCreate } = await read<{ roleCreate: { role: { id: string } } }>(
          `mutation { roleCreate(input: { name: "R ${id}", permissions: ["crm:read"] }) { role { id } } }`,
          { token: superadmin },
        );
        await read(
          `mutation { roleGrant(input: { userId: "${id}", roleId: "${roleCreate.role.id}" }) { user { roles { name } } } }`,
          { token: superadmin },
        );
      },
    ];
    for (const end of ends) {
      const user = await makeUser();
      const { accessToken } = await signIn(user);
      expect(await isRefused(accessToken)).toBe(false);
      await end(user, accessToken);
      await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
    }
  }, 30_000);
});
