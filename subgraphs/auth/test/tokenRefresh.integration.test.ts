/** Refresh tokens: each works once, and one that comes back ends its family. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, signIn, type SignedIn } from '../../../platform/test/kit.ts';
import { mutate } from '../../../platform/test/mutations.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { isRefused, makeUser } from './auth.ts';

afterAll(closeSql);

const refresh = (refreshToken: string) =>
  mutate<SignedIn>('tokenRefresh', { refreshToken }, 'accessToken refreshToken');

describe('a refresh token', () => {
  test('is exchanged once, for a pair that works', async () => {
    const first = await signIn(await makeUser());
    const second = await refresh(first.refreshToken);
    expect(await isRefused(second.accessToken)).toBe(false);
    expect((await refresh(second.refreshToken)).accessToken).not.toBeNull();
  });

  test('threat 17: that is used by twenty at once succeeds once', async () => {
    const { refreshToken } = await signIn(await makeUser());
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  test('threat 17: of a grandparent, replayed, ends the newest', async () => {
    const first = await signIn(await makeUser());
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect((await refresh(first.refreshToken)).accessToken).toBeNull();
    expect((await refresh(third.refreshToken)).accessToken).toBeNull();
    await eventually(async () => expect(await isRefused(third.accessToken)).toBe(true), 5_000);
  });
});
