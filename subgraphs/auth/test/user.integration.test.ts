/** Users as superadmins make and change them. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, tokenOf } from '../../../platform/test/kit.ts';
import { countOf, fresh, mutate, wordsOf } from '../../../platform/test/mutations.ts';

import { makeUser, userCreate } from './auth.ts';

afterAll(closeSql);

describe('userCreate', () => {
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
    const { user, userErrors } = await userCreate(input);
    expect(user).toBeNull();
    expect(userErrors).toMatchObject([{ field: [field], code }]);
  });

  test('with one idempotency key makes one user, however many ask at once', async () => {
    const input = {
      tenantId: 'globex',
      role: 'CLIENT',
      email: `${fresh('once')}@globex.example`,
      idempotencyKey: fresh('key'),
    };
    const answers = await Promise.all(Array.from({ length: 5 }, () => userCreate(input)));
    expect(new Set(answers.map(({ user }) => user?.id)).size).toBe(1);
    const other = await userCreate({ ...input, firstName: 'Other' });
    expect(wordsOf(other.userErrors)).toBe('CONFLICT idempotencyKey');
    const made = [answers[0]!.user!.id];
    expect(await countOf('auth', "audit_entries WHERE action = 'userCreate' AND object_id = $1", made)).toBe(1);
  });
});

describe('userUpdate', () => {
  test('refuses a version that is no longer the newest', async () => {
    const user = await makeUser();
    const token = await tokenOf('superadmin');
    const update = (firstName: string) =>
      mutate<{ readonly user: { readonly version: number } | null }>(
        'userUpdate',
        { id: user.id, firstName, expectedVersion: 1 },
        'user { version }',
        { token },
      );
    expect((await update('One')).user?.version).toBe(2);
    const { user: none, userErrors } = await update('Two');
    expect(none).toBeNull();
    expect(wordsOf(userErrors)).toBe('CONFLICT expectedVersion');
  });
});
