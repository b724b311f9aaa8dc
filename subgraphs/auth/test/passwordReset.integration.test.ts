/** Setting a password by a link, once. */
import { createHash, randomBytes } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, signIn, sql } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { credentials, isRefused, login, makeUser, perform } from './auth.ts';

afterAll(closeSql);

describe('passwordReset', () => {
  const reset = (token: string, to: string) => perform('passwordReset', { token, password: to });

  /** A link as `admin:create` and the mails make them: the hash alone is stored. */
  async function makeLink(userId: string, expires = "now() + interval '1 hour'"): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest('hex');
    await sql(
      'auth',
      `INSERT INTO tokens (tenant_id, id, user_id, kind, token_hash, expires_at, created_at)
       VALUES ('globex', gen_random_uuid(), $1::uuid, 'password_reset', $2, ${expires}, now() - interval '1 day')`,
      [userId, hash],
    );
    return token;
  }

  test('sets the password once, and ends what was open', async () => {
    const user = await makeUser();
    const { accessToken } = await signIn(user);
    const token = await makeLink(user.id);
    expect(await reset(token, 'weak')).toMatchObject({
      ok: false,
      userErrors: [{ field: ['password'], code: 'INVALID' }],
    });
    expect(await reset(token, 'a new phrase of mine')).toEqual({ ok: true, userErrors: [] });
    expect(await reset(token, 'another phrase of mine')).toMatchObject({
      ok: false,
      userErrors: [{ field: ['token'], code: 'INVALID' }],
    });
    expect((await login(credentials(user))).accessToken).toBeNull();
    expect((await login({ email: user.email, password: 'a new phrase of mine' })).accessToken).not.toBeNull();
    await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
  });

  test('refuses a link that is unknown or too old, alike', async () => {
    const { id } = await makeUser();
    const late = await reset(await makeLink(id, "now() - interval '1 minute'"), 'a new phrase of mine');
    expect(await reset('unknown', 'a new phrase of mine')).toEqual(late);
    expect(late).toMatchObject({ ok: false, userErrors: [{ field: ['token'], code: 'INVALID' }] });
  });
});
