/** Changing the active tenant, among those of the caller’s client. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, password, read, signIn } from '../../../platform/test/kit.ts';
import { mutate } from '../../../platform/test/mutations.ts';

afterAll(closeSql);

async function switchTo(tenantId: string) {
  const { accessToken: token } = await signIn({ email: 'client@acme.example', password, tenant: 'acme' });
  return mutate<{ readonly accessToken: string | null }>('tenantSwitch', { tenantId }, 'accessToken tenant { id }', {
    token,
  });
}

describe('tenantSwitch', () => {
  test('moves between the tenants of a client, whose rows change with it', async () => {
    const { accessToken } = await switchTo('acme-labs');
    const { me, customers } = await read<{
      me: { tenant: { id: string } };
      customers: { edges: { node: { tenant: { id: string } } }[] };
    }>('{ me { tenant { id } } customers(first: 5) { edges { node { tenant { id } } } } }', {
      token: accessToken ?? '',
    });
    expect(me.tenant.id).toBe('acme-labs');
    expect(new Set(customers.edges.map(({ node }) => node.tenant.id))).toEqual(new Set(['acme-labs']));
  });

  test('leaves a person their own sessions', async () => {
    const { accessToken } = await switchTo('acme-labs');
    const { sessions } = await read<{ sessions: { edges: { node: { user: { email: string } } }[] } }>(
      '{ sessions(first: 3) { edges { node { user { email } } } } }',
      { token: accessToken ?? '' },
    );
    expect(new Set(sessions.edges.map(({ node }) => node.user.email))).toEqual(new Set(['client@acme.example']));
  });

  test('does not reach another client’s tenant', async () => {
    const answer = await switchTo('globex');
    expect(answer).toMatchObject({ accessToken: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });
});
