import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, read, signIn, sql, tokenOf } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { credentials, isRefused, linksOf, login, makeUser, perform } from './auth.ts';

afterAll(closeSql);

const newPassword = 'quiet lake at dawn 9';

describe('passwordResetRequest', () => {
  test('sends a link that sets the password once, and ends every session', async () => {
    const user = await makeUser();
    const { accessToken } = await signIn(user);
    expect(await perform('passwordResetRequest', { email: user.email.toUpperCase() })).toEqual({
      ok: true,
      userErrors: [],
    });
    const [token = ''] = await linksOf(user.id, 'password.reset_requested');
    expect(await perform('passwordReset', { token, password: newPassword })).toEqual({ ok: true, userErrors: [] });
    expect((await login({ email: user.email, password: newPassword })).accessToken).not.toBeNull();
    expect((await login(credentials(user))).userErrors).toHaveLength(1);
    await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
    const again = await perform('passwordReset', { token, password: newPassword });
    expect(again).toMatchObject({ ok: false, userErrors: [{ code: 'INVALID', field: ['token'] }] });
  });

  test('threat 16: answers alike for an unknown address and another tenant’s, and makes no link', async () => {
    const user = await makeUser();
    const expected = { ok: true, userErrors: [] };
    expect(await perform('passwordResetRequest', { email: `x${user.email}` })).toEqual(expected);
    expect(await perform('passwordResetRequest', { email: user.email, tenant: 'acme' })).toEqual(expected);
    expect(await linksOf(user.id, 'password.reset_requested')).toEqual([]);
    expect(await perform('passwordResetRequest', { email: user.email, tenant: 'globex' })).toEqual(expected);
    expect(await linksOf(user.id, 'password.reset_requested')).toHaveLength(1);
  });

  test('refuses what is no address', async () => {
    expect(await perform('passwordResetRequest', { email: 'nobody' })).toMatchObject({
      ok: false,
      userErrors: [{ code: 'INVALID', field: ['email'] }],
    });
  });

  test('lets a newer link end the older one, and sends no more than five', async () => {
    const user = await makeUser();
    const answers = [];
    for (let count = 0; count < 7; count += 1)
      answers.push(await perform('passwordResetRequest', { email: user.email }));
    expect(answers.map(({ userErrors }) => userErrors[0]?.code)).toEqual([
      ...Array<undefined>(5).fill(undefined),
      'THROTTLED',
      'THROTTLED',
    ]);
    const links = await linksOf(user.id, 'password.reset_requested');
    expect(links).toHaveLength(5);
    expect((await perform('passwordReset', { token: links[1]!, password: newPassword })).ok).toBe(false);
    expect((await perform('passwordReset', { token: links[0]!, password: newPassword })).ok).toBe(true);
  });

  test('is used once by twenty who come at once', async () => {
    const user = await makeUser();
    await perform('passwordResetRequest', { email: user.email });
    const [token = ''] = await linksOf(user.id, 'password.reset_requested');
    const attempts = Array.from({ length: 20 }, () => perform('passwordReset', { token, password: newPassword }));
    const answers = await Promise.all(attempts);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('threat 26: stores no secret of a link, in no table', async () => {
    const user = await makeUser();
    await perform('passwordResetRequest', { email: user.email });
    const [token = ''] = await linksOf(user.id, 'password.reset_requested');
    for (const table of ['tokens', 'domain_events', 'audit_entries', 'auth_events']) {
      const rows = await sql('auth', `SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [token]);
      expect({ table, found: rows.length }).toEqual({ table, found: 0 });
    }
  });
});

describe('an invitation', () => {
  test('sets the first password of an account that was made without one', async () => {
    const email = `invited-${String(process.pid)}-${String(Date.now())}@acme.example`;
    const input = { email, tenantId: 'acme', role: 'CLIENT' };
    const { userCreate } = await read<{ userCreate: { user: { id: string } } }>(
      'mutation M($input: UserCreateInput!) { userCreate(input: $input) { user { id } } }',
      { token: await tokenOf('superadmin'), variables: { input } },
    );
    const [token = ''] = await linksOf(userCreate.user.id, 'user.invited');
    expect((await perform('passwordReset', { token, password: newPassword })).ok).toBe(true);
    expect((await login({ email, password: newPassword })).accessToken).not.toBeNull();
  });
});

describe('emailVerify', () => {
  const verified = async (id: string): Promise<unknown> =>
    (await sql<{ email_verified: boolean }>('auth', 'SELECT email_verified FROM users WHERE id = $1::uuid', [id]))[0]
      ?.email_verified;

  test('verifies the address once, by the link that a new account is sent', async () => {
    const user = await makeUser();
    const [token = ''] = await linksOf(user.id, 'email.verification_requested');
    expect(await verified(user.id)).toBe(false);
    expect(await perform('emailVerify', { token })).toEqual({ ok: true, userErrors: [] });
    expect(await verified(user.id)).toBe(true);
    expect(await perform('emailVerify', { token })).toMatchObject({ ok: false, userErrors: [{ code: 'INVALID' }] });
  });

  test('does not take a link that resets a password, nor does a reset take one that verifies', async () => {
    const user = await makeUser();
    await perform('passwordResetRequest', { email: user.email });
    const [reset = ''] = await linksOf(user.id, 'password.reset_requested');
    const [verify = ''] = await linksOf(user.id, 'email.verification_requested');
    expect((await perform('emailVerify', { token: reset })).ok).toBe(false);
    expect((await perform('passwordReset', { token: verify, password: newPassword })).ok).toBe(false);
  });

  test('refuses a link that has had its time, and one of nobody', async () => {
    const user = await makeUser();
    const [token = ''] = await linksOf(user.id, 'email.verification_requested');
    await sql(
      'auth',
      "UPDATE tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE user_id = $1::uuid",
      [user.id],
    );
    const refusal = { ok: false, userErrors: [{ code: 'INVALID', field: ['token'] }] };
    expect(await perform('emailVerify', { token })).toMatchObject(refusal);
    expect(await perform('emailVerify', { token: 'A'.repeat(43) })).toMatchObject(refusal);
    expect(await verified(user.id)).toBe(false);
  });

  test('is asked for again by the person alone, until the address is verified', async () => {
    const user = await makeUser();
    const { accessToken: token } = await signIn(user);
    expect((await perform('emailVerificationRequest', undefined, { token })).ok).toBe(true);
    const [newest = ''] = await linksOf(user.id, 'email.verification_requested');
    expect((await perform('emailVerify', { token: newest })).ok).toBe(true);
    expect(await perform('emailVerificationRequest', undefined, { token })).toMatchObject({
      ok: false,
      userErrors: [{ code: 'INVALID' }],
    });
  });
});
