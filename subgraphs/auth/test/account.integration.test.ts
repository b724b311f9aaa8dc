import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, signIn, sql, tokenOf } from '../../../platform/test/kit.ts';
import { mutate, NOBODY } from '../../../platform/test/mutations.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { credentials, isRefused, login, makeUser, perform } from './auth.ts';

afterAll(closeSql);

const newPassword = 'quiet lake at dawn 9';

describe('passwordChange', () => {
  test('changes the password and ends the other sessions, but not this one', async () => {
    const user = await makeUser();
    const [here, there] = [await signIn(user), await signIn(user)];
    const input = { currentPassword: user.password, newPassword };
    expect(await perform('passwordChange', input, { token: here.accessToken })).toEqual({ ok: true, userErrors: [] });
    await eventually(async () => expect(await isRefused(there.accessToken)).toBe(true), 5_000);
    expect(await isRefused(here.accessToken)).toBe(false);
    expect((await login({ email: user.email, password: newPassword })).accessToken).not.toBeNull();
    expect((await login(credentials(user))).accessToken).toBeNull();
  });

  test('refuses a wrong current password, a weak new one and the same one, and keeps what holds', async () => {
    const user = await makeUser();
    const { accessToken: token } = await signIn(user);
    const refusals: [object, string][] = [
      [{ currentPassword: 'wrong', newPassword }, 'currentPassword'],
      [{ currentPassword: user.password, newPassword: 'short' }, 'newPassword'],
      [{ currentPassword: user.password, newPassword: user.password }, 'newPassword'],
    ];
    for (const [input, field] of refusals) {
      expect(await perform('passwordChange', input, { token })).toMatchObject({
        ok: false,
        userErrors: [{ code: 'INVALID', field: [field] }],
      });
    }
    expect((await login(credentials(user))).accessToken).not.toBeNull();
  });

  test('gives a stolen token no more than ten guesses', async () => {
    const user = await makeUser();
    const { accessToken: token } = await signIn(user);
    for (let count = 0; count < 10; count += 1)
      await perform('passwordChange', { currentPassword: `wrong ${String(count)}`, newPassword }, { token });
    const right = await perform('passwordChange', { currentPassword: user.password, newPassword }, { token });
    expect(right).toMatchObject({ ok: false, userErrors: [{ code: 'THROTTLED' }] });
  });

  test('needs a sign-in', async () => {
    const { errors } = await ask(
      'mutation { passwordChange(input: { currentPassword: "a", newPassword: "b" }) { ok } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

const revoke = (id: string, token: string) =>
  mutate<{ readonly session: { readonly id: string; readonly isActive: boolean } | null }>(
    'sessionRevoke',
    { id },
    'session { id isActive }',
    { token },
  );

const sessionsOf = async (userId: string): Promise<string[]> =>
  (
    await sql<{ id: string }>('auth', 'SELECT id FROM sessions WHERE user_id = $1::uuid ORDER BY created_at', [userId])
  ).map(({ id }) => id);

describe('sessionRevoke', () => {
  test('ends one session of one’s own within five seconds, and once', async () => {
    const user = await makeUser();
    const [lost, here] = [await signIn(user), await signIn(user)];
    const [id = ''] = await sessionsOf(user.id);
    expect(await revoke(id, here.accessToken)).toEqual({ session: { id, isActive: false }, userErrors: [] });
    await eventually(async () => expect(await isRefused(lost.accessToken)).toBe(true), 5_000);
    expect(await revoke(id, here.accessToken)).toMatchObject({
      session: null,
      userErrors: [{ code: 'CONFLICT', message: 'The session is REVOKED: «revoke» starts from ACTIVE.' }],
    });
  });

  test('answers for another person’s session as for one that does not exist', async () => {
    const [victim, thief] = [await makeUser(), await makeUser()];
    await signIn(victim);
    const { accessToken } = await signIn(thief);
    const [id = ''] = await sessionsOf(victim.id);
    const foreign = await revoke(id, accessToken);
    expect(foreign).toMatchObject({ session: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
    expect(await revoke(NOBODY, accessToken)).toEqual(foreign);
    expect(await sql('auth', 'SELECT is_active FROM sessions WHERE id = $1::uuid', [id])).toEqual([
      { is_active: true },
    ]);
  });
});

describe('profileUpdate', () => {
  test('changes one’s own names, and refuses a version that is no longer the newest', async () => {
    const { accessToken: token } = await signIn(await makeUser());
    const update = (input: object) => mutate('profileUpdate', input, 'user { firstName lastName version }', { token });
    expect(await update({ firstName: 'Ada', lastName: 'Lovelace', expectedVersion: 1 })).toEqual({
      user: { firstName: 'Ada', lastName: 'Lovelace', version: 2 },
      userErrors: [],
    });
    expect(await update({ firstName: 'Eve', expectedVersion: 1 })).toMatchObject({
      user: null,
      userErrors: [{ code: 'CONFLICT' }],
    });
    expect(await update({ firstName: '', lastName: 'x'.repeat(101) })).toMatchObject({
      user: null,
      userErrors: [{ field: ['firstName'] }, { field: ['lastName'] }],
    });
  });
});

describe('userReactivate', () => {
  const act = (name: string, id: string, token: string) => mutate(name, { id }, 'user { isActive }', { token });

  test('opens a closed account again, and refuses one that is open', async () => {
    const user = await makeUser();
    const token = await tokenOf('superadmin');
    expect(await act('userReactivate', user.id, token)).toMatchObject({
      user: null,
      userErrors: [{ code: 'CONFLICT', message: 'The user is ACTIVE: «reactivate» starts from DEACTIVATED.' }],
    });
    await act('userDeactivate', user.id, token);
    expect((await login(credentials(user))).accessToken).toBeNull();
    expect(await act('userReactivate', user.id, token)).toEqual({ user: { isActive: true }, userErrors: [] });
    expect((await login(credentials(user))).accessToken).not.toBeNull();
  });

  test('is for superadmins alone', async () => {
    const user = await makeUser();
    for (const account of ['admin', 'acme'] as const) {
      const { errors } = await ask(`mutation { userReactivate(input: { id: "${user.id}" }) { user { id } } }`, {
        token: await tokenOf(account),
      });
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});
