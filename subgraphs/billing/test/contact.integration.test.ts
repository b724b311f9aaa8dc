/** Who looks after a subscription: billing asks auth's own database under its own login. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, connections, read, tokenOf } from '../../../platform/test/kit.ts';
import { NOBODY, someId } from '../../../platform/test/mutations.ts';

import { change, customerOf, done, newPlan, newSubscription, refusal } from './billing.ts';

afterAll(closeSql);

const userOf = (tenant: string, where = 'is_active'): Promise<string> => someId('auth', tenant, 'users', where);

/** Users that none of acme's subscriptions may name. */
const strangers = (): Promise<string[]> =>
  Promise.all([userOf('globex'), userOf('platform'), userOf('acme', 'NOT is_active'), Promise.resolve(NOBODY)]);

describe('the contact of a subscription', () => {
  test('is named when it is taken out, or nobody is', async () => {
    const contactId = await userOf('acme');
    expect((await newSubscription({ contactId })).contact).toEqual({ id: contactId });
    expect((await newSubscription()).contact).toBeNull();
  });

  test('changes and goes by subscriptionAssign, which is on record', async () => {
    const [{ id }, contactId] = [await newSubscription(), await userOf('acme')];
    const assigned = await done('subscription', 'subscriptionAssign', { id, contactId, expectedVersion: 1 });
    expect(assigned).toMatchObject({ contact: { id: contactId }, version: 2 });
    expect(await refusal('subscriptionAssign', { id, expectedVersion: 1 })).toBe('CONFLICT expectedVersion');
    expect((await done('subscription', 'subscriptionAssign', { id })).contact).toBeNull();
  });

  test('is an active user of the tenant and nobody else', async () => {
    const [customerId, { id: planId }, { id }] = [await customerOf('acme'), await newPlan(), await newSubscription()];
    for (const contactId of await strangers()) {
      const creation = { tenantId: 'acme', customerId, planId, contactId };
      expect(await refusal('subscriptionCreate', creation)).toBe('NOT_FOUND contactId');
      expect(await refusal('subscriptionAssign', { id, contactId })).toBe('NOT_FOUND contactId');
    }
    const [foreign, unknown] = await Promise.all(
      [await userOf('globex'), NOBODY].map((contactId) => change('subscriptionAssign', { id, contactId })),
    );
    expect(foreign).toEqual(unknown);
  });

  test('of one that has ended stays as it was', async () => {
    const [{ id }, contactId] = [await newSubscription(), await userOf('acme')];
    await done('subscription', 'subscriptionCancel', { id });
    expect(await refusal('subscriptionAssign', { id, contactId })).toMatch(/^CONFLICT/);
  });

  test('is told to the tenant with what auth knows of them, and finds their subscriptions', async () => {
    const contactId = await userOf('acme');
    const { id } = await newSubscription({ contactId });
    const query = `{ subscription(id: "${id}") { contact { id email } }
      subscriptions(filter: { contactId: { eq: "${contactId}" } }) { edges { node { id contact { id } } } } }`;
    const { subscription, subscriptions } = await read<{
      subscription: { contact: { id: string; email: string } };
      subscriptions: { edges: { node: { id: string; contact: { id: string } } }[] };
    }>(query, { token: await tokenOf('acme') });
    expect(subscription.contact).toEqual({ id: contactId, email: expect.stringContaining('@acme.example') });
    const found = subscriptions.edges.map(({ node }) => node);
    expect(found.map((node) => node.id)).toContain(id);
    expect(new Set(found.map(({ contact }) => contact.id))).toEqual(new Set([contactId]));
  });
});

test('billing’s login in AUTH reads the directory of its tenant and no secret', async () => {
  const auth = connections().as('auth', { service: 'billing', privilege: 'service' }, 'acme');
  const { rows } = await auth.query<{ tenant_id: string }>('SELECT DISTINCT tenant_id FROM user_directory');
  expect(rows).toEqual([{ tenant_id: 'acme' }]);
  await expect(auth.query('SELECT password_hash FROM users')).rejects.toThrow('permission denied');
  await expect(auth.query('UPDATE users SET is_active = true')).rejects.toThrow('permission denied');
});
