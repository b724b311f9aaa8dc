import { createHash } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, dataDirectory, sql } from '../../platform/test/kit.ts';

import { endAll, launch, type Launched } from './launch.ts';

afterAll(async () => {
  await endAll();
  await closeSql();
});

describe('npm run admin:create', () => {
  const email = 'first@owner.example';
  const create = (...parameters: string[]): Launched =>
    launch(['subgraphs/auth/src/tools/adminCreate.ts', ...parameters], { DATA_DIR: dataDirectory, PORT: '4321' });

  afterAll(async () => {
    await sql('auth', "DELETE FROM users WHERE tenant_id = 'platform' AND email = $1", [email]);
  });

  test('makes a superadmin without a password, and a link that holds once for a day', async () => {
    const program = create('--email', 'First@Owner.example');
    expect(await program.ended).toBe(0);
    const token = /^http:\/\/127\.0\.0\.1:4321\/graphql#reset=([\w-]{43})$/m.exec(program.output())?.[1] ?? '';
    const rows = await sql(
      'auth',
      `SELECT u.role, u.password_hash, t.kind, t.token_hash, t.used_at, t.expires_at - t.created_at BETWEEN '23:59' AND '24:01' AS for_a_day
         FROM users u JOIN tokens t ON t.tenant_id = u.tenant_id AND t.user_id = u.id
        WHERE u.tenant_id = 'platform' AND u.email = $1`,
      [email],
    );
    const token_hash = createHash('sha256').update(token).digest('hex');
    const made = {
      role: 'superadmin',
      password_hash: '!',
      kind: 'invitation',
      token_hash,
      used_at: null,
      for_a_day: true,
    };
    expect(rows).toEqual([made]);
    const audited = await sql('auth', "SELECT after FROM audit_entries WHERE action = 'adminCreate'");
    expect(audited).toMatchObject([{ after: { email, role: 'superadmin' } }]);
    expect(JSON.stringify(audited)).not.toContain(token);
  });

  test('refuses an address that has an account', async () => {
    const program = create('--email', email);
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(`${email} has an account already.`);
    expect(program.output()).not.toContain('reset=');
  });

  test.each([[['--email', 'nobody']], [[]], [['--mail', email]], [[email]]])('refuses %j', async (parameters) => {
    const program = create(...parameters);
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('Usage: npm run admin:create -- --email you@example.com');
    expect(program.output()).not.toContain('    at ');
  });
});
