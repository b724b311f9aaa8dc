import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';

import {
  ask,
  closeSql,
  LOGIN,
  password,
  read,
  signIn,
  sql,
  tokenOf,
  url,
  type SignedIn,
} from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';
import { type UserError } from '../../../platform/test/mutations.ts';

import { isRefused, login, makeUser } from './auth.ts';

let counter = 0;

afterAll(closeSql);

/** A wrong login from another address of this machine; the answer as text. */
function loginFrom(localAddress: string): Promise<string> {
  counter += 1;
  const input = { email: `nobody-${counter}-${process.pid}@globex.example`, password: 'wrong' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', localAddress, headers: { 'content-type': 'application/json' } };
    const sent = request(`${url}/graphql`, options, (response) => {
      text(response).then(resolve, reject);
    });
    sent.on('error', reject).end(JSON.stringify({ query: LOGIN, variables: { input } }));
  });
}

const REFRESH =
  'mutation M($input: TokenRefreshInput!) { tokenRefresh(input: $input) { accessToken refreshToken userErrors { code } } }';
const refresh = async (refreshToken: string): Promise<SignedIn & { userErrors: UserError[] }> =>
  (
    await read<{ tokenRefresh: SignedIn & { userErrors: UserError[] } }>(REFRESH, {
      variables: { input: { refreshToken } },
    })
  ).tokenRefresh;

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

  test('answers a wrong password, an unknown address and another tenant alike', async () => {
    const user = await makeUser();
    const answers = await Promise.all([
      login({ email: user.email, password: 'wrong' }),
      login({ email: 'nobody@globex.example', password: user.password }),
      login({ email: user.email, password: user.password, tenant: 'acme' }),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0].userErrors[0]!.code).toBe('INVALID');
  });

  test('closes an unknown address as it closes a known one', async () => {
    const email = `unknown-${process.pid}@globex.example`;
    const codes: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push((await login({ email, password: 'wrong' })).userErrors[0]?.code);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'INVALID'), 'THROTTLED']);
  });

  test('gives thirty guesses at once no more than ten tries', async () => {
    const user = await makeUser();
    const guesses = Array.from({ length: 30 }, () => login({ email: user.email, password: 'wrong' }));
    const codes = (await Promise.all(guesses)).map(({ userErrors }) => userErrors[0]?.code);
    expect(codes.filter((code) => code === 'INVALID')).toHaveLength(10);
  });

  test('counts by network address as well, and lets no role but the service look', async () => {
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

  test('is closed after ten wrong passwords, even to the right one', async () => {
    const user = await makeUser();
    for (let attempt = 0; attempt < 10; attempt += 1) await login({ email: user.email, password: 'wrong' });
    const { accessToken, userErrors } = await login({ email: user.email, password: user.password });
    expect(accessToken).toBeNull();
    expect(userErrors[0]!.code).toBe('THROTTLED');
  });

  test('is refused to a suspended tenant, whose live tokens end within five seconds', async () => {
    const user = await makeUser('pearl');
    const { accessToken } = await signIn(user);
    await sql('auth', "UPDATE tenants SET status = 'suspended' WHERE id = 'pearl'");
    try {
      expect((await login({ email: user.email, password: user.password })).userErrors[0]!.code).toBe('FORBIDDEN');
      await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
    } finally {
      await sql('auth', "UPDATE tenants SET status = 'active' WHERE id = 'pearl'");
    }
  });

  test('stores hashes and no token or password', async () => {
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

describe('a refresh token', () => {
  test('is exchanged once, for a pair that works', async () => {
    const first = await signIn(await makeUser());
    const second = await refresh(first.refreshToken);
    expect(await isRefused(second.accessToken)).toBe(false);
    expect((await refresh(second.refreshToken)).accessToken).not.toBeNull();
  });

  test('that is used by twenty at once succeeds once', async () => {
    const { refreshToken } = await signIn(await makeUser());
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  test('of a grandparent, replayed, ends the newest', async () => {
    const first = await signIn(await makeUser());
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect((await refresh(first.refreshToken)).accessToken).toBeNull();
    expect((await refresh(third.refreshToken)).accessToken).toBeNull();
    await eventually(async () => expect(await isRefused(third.accessToken)).toBe(true), 5_000);
  });
});

describe('a token', () => {
  const claims = {
    sub: '01890000-0000-7000-8000-000000000000',
    tid: 'platform',
    role: 'superadmin',
    sid: '01890000-0000-7000-8000-000000000001',
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
  ])('with %s is refused for the whole request', async (_what, make) => {
    const { status, errors, data } = await ask('{ me { id } }', { token: await make() });
    expect(status).toBe(401);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(errors?.[0]?.extensions.requestId).toMatch(/^[\w-]{8,64}$/);
    expect(data ?? null).toBeNull();
  });

  test('to refresh with does not pass as one to access with', async () => {
    const { refreshToken } = await signIn(await makeUser());
    expect(await isRefused(refreshToken)).toBe(true);
  });

  test('ends within five seconds of the logout, of a changed role and of a deactivation', async () => {
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

describe('tenantSwitch', () => {
  const SWITCH =
    'mutation M($id: ID!) { tenantSwitch(input: { tenantId: $id }) { accessToken tenant { id } userErrors { code } } }';

  test('moves between the tenants of a client, whose rows change with it', async () => {
    const { accessToken } = await signIn({ email: 'client@acme.example', password, tenant: 'acme' });
    const { tenantSwitch } = await read<{ tenantSwitch: { accessToken: string } }>(SWITCH, {
      token: accessToken,
      variables: { id: 'acme-labs' },
    });
    const { me, customers } = await read<{
      me: { tenant: { id: string } };
      customers: { edges: { node: { tenant: { id: string } } }[] };
    }>('{ me { tenant { id } } customers(first: 5) { edges { node { tenant { id } } } } }', {
      token: tenantSwitch.accessToken,
    });
    expect(me.tenant.id).toBe('acme-labs');
    expect(new Set(customers.edges.map(({ node }) => node.tenant.id))).toEqual(new Set(['acme-labs']));
  });

  test('leaves a person their own sessions', async () => {
    const { accessToken } = await signIn({ email: 'client@acme.example', password, tenant: 'acme' });
    const { tenantSwitch } = await read<{ tenantSwitch: { accessToken: string } }>(SWITCH, {
      token: accessToken,
      variables: { id: 'acme-labs' },
    });
    const { sessions } = await read<{ sessions: { edges: { node: { user: { email: string } } }[] } }>(
      '{ sessions(first: 3) { edges { node { user { email } } } } }',
      { token: tenantSwitch.accessToken },
    );
    expect(new Set(sessions.edges.map(({ node }) => node.user.email))).toEqual(new Set(['client@acme.example']));
  });

  test('does not reach another client’s tenant', async () => {
    const { accessToken } = await signIn({ email: 'client@acme.example', password, tenant: 'acme' });
    const { tenantSwitch } = await read<{ tenantSwitch: { accessToken: string | null; userErrors: UserError[] } }>(
      SWITCH,
      { token: accessToken, variables: { id: 'globex' } },
    );
    expect(tenantSwitch).toMatchObject({ accessToken: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });
});

describe('passwordReset', () => {
  const RESET =
    'mutation M($input: PasswordResetInput!) { passwordReset(input: $input) { ok userErrors { field code } } }';
  const reset = async (token: string, to: string): Promise<{ ok: boolean; userErrors: UserError[] }> =>
    (
      await read<{ passwordReset: { ok: boolean; userErrors: UserError[] } }>(RESET, {
        variables: { input: { token, password: to } },
      })
    ).passwordReset;

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
    expect(await reset(token, 'weak')).toEqual({ ok: false, userErrors: [{ field: ['password'], code: 'INVALID' }] });
    expect(await reset(token, 'a new phrase of mine')).toEqual({ ok: true, userErrors: [] });
    expect(await reset(token, 'another phrase of mine')).toEqual({
      ok: false,
      userErrors: [{ field: ['token'], code: 'INVALID' }],
    });
    expect((await login({ email: user.email, password: user.password })).accessToken).toBeNull();
    expect((await login({ email: user.email, password: 'a new phrase of mine' })).accessToken).not.toBeNull();
    await eventually(async () => expect(await isRefused(accessToken)).toBe(true), 5_000);
  });

  test('refuses a link that is unknown or too old, alike', async () => {
    const { id } = await makeUser();
    const late = await reset(await makeLink(id, "now() - interval '1 minute'"), 'a new phrase of mine');
    expect(await reset('unknown', 'a new phrase of mine')).toEqual(late);
    expect(late).toEqual({ ok: false, userErrors: [{ field: ['token'], code: 'INVALID' }] });
  });
});

describe('userCreate', () => {
  const CREATE =
    'mutation M($input: UserCreateInput!) { userCreate(input: $input) { user { id email } userErrors { field code } } }';
  const create = async (input: object): Promise<{ user: { id: string } | null; userErrors: UserError[] }> =>
    (
      await read<{ userCreate: { user: { id: string } | null; userErrors: UserError[] } }>(CREATE, {
        token: await tokenOf('superadmin'),
        variables: { input },
      })
    ).userCreate;

  test.each([
    [
      'a tenant that is not there',
      { tenantId: 'nowhere', role: 'CLIENT', email: 'a@b.example' },
      'tenantId',
      'NOT_FOUND',
    ],
    ['an address that is none', { tenantId: 'globex', role: 'CLIENT', email: 'a' }, 'email', 'INVALID'],
    [
      'an address that is in use, in other letters',
      { tenantId: 'acme', role: 'CLIENT', email: 'CLIENT@Acme.example' },
      'email',
      'TAKEN',
    ],
    ['staff in a business tenant', { tenantId: 'acme', role: 'ADMIN', email: 'a@b.example' }, 'role', 'INVALID'],
    [
      'a short password',
      { tenantId: 'acme', role: 'CLIENT', email: 'a@b.example', password: 'short' },
      'password',
      'INVALID',
    ],
    [
      'a NUL in a name',
      { tenantId: 'acme', role: 'CLIENT', email: 'a@b.example', firstName: 'a\u0000b' },
      'firstName',
      'INVALID',
    ],
  ])('refuses %s', async (_what, input, field, code) => {
    const { user, userErrors } = await create(input);
    expect(user).toBeNull();
    expect(userErrors).toEqual([{ field: [field], code }]);
  });

  test('with one idempotency key makes one user, however many ask at once', async () => {
    const input = {
      tenantId: 'globex',
      role: 'CLIENT',
      email: `once-${String(process.pid)}@globex.example`,
      idempotencyKey: `key-${String(process.pid)}`,
    };
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(input)));
    expect(new Set(answers.map(({ user }) => user?.id)).size).toBe(1);
    const other = await create({ ...input, firstName: 'Other' });
    expect(other.userErrors).toEqual([{ field: ['idempotencyKey'], code: 'CONFLICT' }]);
    const [row] = await sql<{ count: number }>(
      'auth',
      "SELECT count(*)::int AS count FROM audit_entries WHERE action = 'userCreate' AND object_id = $1",
      [answers[0]!.user!.id],
    );
    expect(row?.count).toBe(1);
  });
});

describe('userUpdate', () => {
  test('refuses a version that is no longer the newest', async () => {
    const user = await makeUser();
    const update = (
      name: string,
    ): Promise<{ userUpdate: { user: { version: number } | null; userErrors: UserError[] } }> =>
      tokenOf('superadmin').then((token) =>
        read(
          `mutation { userUpdate(input: { id: "${user.id}", firstName: "${name}", expectedVersion: 1 }) { user { version } userErrors { field code } } }`,
          { token },
        ),
      );
    expect((await update('One')).userUpdate.user?.version).toBe(2);
    expect((await update('Two')).userUpdate).toEqual({
      user: null,
      userErrors: [{ field: ['expectedVersion'], code: 'CONFLICT' }],
    });
  });
});
