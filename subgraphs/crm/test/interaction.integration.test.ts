import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, signIn } from '../../../platform/test/kit.ts';

import { done, idIn, refusal } from './crm.ts';

afterAll(closeSql);

describe('interactionLog', () => {
  test('logs a contact about a customer, a lead and a deal, as the caller’s own unless another is named', async () => {
    const [customerId, leadId, dealId, userId] = await Promise.all([
      idIn('acme', 'customer'),
      idIn('acme', 'lead'),
      idIn('acme', 'deal'),
      idIn('acme', 'user'),
    ]);
    const input = { customerId, leadId, dealId, type: 'CALL', subject: 'Terms', scheduledAt: '2027-01-01T10:00:00Z' };
    const { user } = await signIn('acme');
    expect(await done('interaction', 'acme', 'interactionLog', input)).toMatchObject({
      type: 'CALL',
      subject: 'Terms',
      user: { id: user.id },
      customer: { id: customerId },
      lead: { id: leadId },
      deal: { id: dealId },
    });
    expect((await done('interaction', 'acme', 'interactionLog', { ...input, userId })).user).toEqual({ id: userId });
  });

  test('refuses a contact about nothing', async () => {
    expect(await refusal('acme', 'interactionLog', { type: 'NOTE' })).toBe('INVALID customerId');
  });
});
