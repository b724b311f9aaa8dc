/** Signing in: what it gives, what it counts and what it leaves in the database. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import { closeSql, LOGIN, signIn, sql, url } from '../../../platform/test/kit.ts';
import { fresh } from '../../../platform/test/mutations.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { credentials, isRefused, login, makeUser } from './auth.ts';

afterAll(closeSql);

/** A wrong login from another address of this machine; the answer as text. */
function loginFrom(localAddress: string): Promise<string> {
  const input = { email: `${fresh('nobody')}@globex.example`, password: 'wrong' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', localAddress, headers: { 'content-type': 'application/json' } };
    const sent = request(`${url}/graphql`, options, (response) => {
      text(response).then(resolve, reject);
    });
    sent.on('error', reject).end(JSON.stringify({ query: LOGIN, variables: { input } }));
  });
}

describe('login', () => {
  test('gives tokens and the user, and notes the event', async () => {
    const user = await makeUser();
    const signedIn = await signIn(user);
    expect(decodeProtectedHeader(signedIn.accessToken)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const { exp = 0, iat = 0 } = decodeJwt(signedIn.accessToken);
    expect(exp - iat).toBe(900);
    expect(await sql('auth', 'SELECT event_type FROM auth_events WHERE user_id = $1::uuid', [user.id])).toEqual([
      { event_type: 'login' },
    ]);
  });

  test('threat 16: answers a wrong password, an unknown address and another tenant alike', async () => {
    const user = await makeUser();
    const answers = await Promise.all([
      login({ email: user.email, password: 'wrong' }),
      login({ email: 'nobody@globex.example', password: user.password }),
      login({ email: user.email, password: user.password, tenant: 'acme' }),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0].userErrors[0]!.code).toBe('INVALID');
  });

  test('threat 16: closes an unknown address as it closes a known one', async () => {
    const email = `${fresh('unknown')}@globex.example`;
    const codes: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push((await login({ email, password: 'wrong' })).userErrors[0]?.code);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'INVALID'), 'THROTTLED']);
  });

  test('threat 10: gives thirty guesses at once no more than ten tries', async () => {
    const user = await makeUser();
    const guesses = Array.from({ length: 30 }, () => login({ email: user.email, password: 'wrong' }));
    const codes = (await Promise.all(guesses)).map(({ userErrors }) => userErrors[0]?.code);
    expect(codes.filter((code) => code === 'INVALID')).toHaveLength(10);
  });

  test('threat 10: counts by network address as well, and lets no role but the service look', async () => {
    // An address of its own: the other tests sign in from 127.0.0.1.
    const subject = createHash('sha256').update('address:127.0.0.9').digest('hex');
    const first = await loginFrom('127.0.0.9');
    expect(first).toContain('INVALID');
    const counted = await sql('auth', 'UPDATE login_attempts SET wrong = 1000 WHERE subject = $1 RETURNING 1', [
      subject,
    ]);
    expect(counted).toHaveLength(1);
    expect(await loginFrom('127.0.0.9')).toContain('THROTTLED');
    const [rights] = await sql<{ holders: string[] }>(
      'auth',
      `SELECT array_agg(DISTINCT grantee::regrole::text) AS holders
         FROM pg_class, aclexplode(relacl) WHERE relname = 'login_attempts' AND grantee <> relowner`,
    );
    expect(rights?.holders).toEqual(['metatron_auth_service_rights']);
  });

  test('threat 10: is closed after ten wrong passwords, even to the right one', async () => {
    const user = await makeUser();
    for (let attempt = 0; attempt < 10; attempt += 1) await login({ email: user.email, password: 'wrong' });
    const { accessToken, userErrors } = await login(credentials(user));
    expect(accessToken).toBeNull();
    expect(userErrors[0]!.code).toBe('THROTTLED');
  });

  test('is refused to a suspended tenant, whose live tokens end within five seconds', async () => {
    const user = await makeUser('pearl');
    const { accessToken } = await signIn(user);
    await sql('auth', "UPDATE tenants SET status = 'suspended' WHERE id = 'pearl'");
    try {
      expect((await login(credentials(user))).userErrors[0]!.code).toBe('FORBIDDEN');
      await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
    } finally {
      await sql('auth', "UPDATE tenants SET status = 'active' WHERE id = 'pearl'");
    }
  });

  test('threat 26: stores hashes and no token or password', async () => {
    const user = await makeUser();
    const { refreshToken } = await signIn(user);
    const rows = await sql<{ row: string }>(
      'auth',
      'SELECT t::text AS row FROM tokens t WHERE user_id = $1::uuid UNION ALL SELECT s::text FROM sessions s WHERE user_id = $1::uuid UNION ALL SELECT u::text FROM users u WHERE id = $1::uuid UNION ALL SELECT a::text FROM audit_entries a WHERE object_id = $1::uuid::text',
      [user.id],
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain('$argon2id$');
    expect(text).not.toContain(refreshToken);
    expect(text).not.toContain(user.password);
  });
});
