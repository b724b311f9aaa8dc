import { afterAll, describe, expect, test } from '@jest/globals';
import { ask, closeSql, sql, tokenOf } from '../../platform/test/kit.ts';
import { v7 as uuidv7 } from 'uuid';

afterAll(closeSql);

const withKey = (key: string) => ({ headers: { 'x-tenant-key': key } });

describe('a tenant’s publishable key', () => {
  test('is a caller of its own, which may not read what a signed-in user reads', async () => {
    const { status, data, errors } = await ask('{ me { id } }', withKey('pk_demo_acme_publishable'));
    expect({ status, data, code: errors?.[0]?.extensions.code }).toEqual({
      status: 200,
      data: { me: null },
      code: 'FORBIDDEN',
    });
  });

  test.each(['pk_demo_nobody_publishable', 'sk_x', 'pk_', "pk_' OR 1=1 --________", `pk_${'x'.repeat(5_000)}`])(
    'that is none is refused with the whole request: %.40s',
    async (key) => {
      const { status, errors } = await ask('{ __typename }', withKey(key));
      expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    },
  );

  test('of a suspended tenant is refused', async () => {
    const { status } = await ask('{ __typename }', withKey('pk_demo_initech_publishable'));
    expect(status).toBe(401);
  });

  test('that is revoked ends within five seconds', async () => {
    const key = `pk_test_${uuidv7()}`;
    await sql('auth', "INSERT INTO tenant_keys (tenant_id, id, key) VALUES ('acme', $1, $2)", [uuidv7(), key]);
    expect((await ask('{ __typename }', withKey(key))).status).toBe(200);
    await sql('auth', 'UPDATE tenant_keys SET revoked_at = now() WHERE key = $1', [key]);
    const revokedAt = Date.now();
    while ((await ask('{ __typename }', withKey(key))).status === 200) {
      expect(Date.now() - revokedAt).toBeLessThan(5_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  test('does not stand in the way of the person who is signed in', async () => {
    const { data } = await ask('{ me { email } }', {
      token: await tokenOf('acme'),
      ...withKey('pk_demo_nobody_publishable'),
    });
    expect(data).toEqual({ me: { email: 'client@acme.example' } });
  });

  test('is not asked about by anyone but the gateway', async () => {
    const { errors } = await ask('{ tenantOfKey(key: "pk_demo_acme_publishable") { tenantId } }', {
      token: await tokenOf('superadmin'),
    });
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
