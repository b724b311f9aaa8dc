/** Who may change what is billed, and what every mutation of billing refuses alike: others' ids and unknown tenants. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, sql, tokenOf } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';

import {
  customerOf,
  done,
  line,
  newDraft,
  newInvoice,
  newPlan,
  newSubscription,
  operation,
  refusal,
  usd,
} from './billing.ts';

afterAll(closeSql);

const plan = { name: 'Mine', price: usd('1'), interval: 'MONTH' };
const charge = { currency: 'USD', lines: [line('1')] };
const payment = { amount: usd('1'), method: 'card' };
const use = { metric: 'calls', quantity: '1', dedupeId: 'mine' };

/** Every mutation, with an input that is complete. */
const inputs: Readonly<Record<string, object>> = {
  planCreate: plan,
  planUpdate: { id: NOBODY },
  planArchive: { id: NOBODY },
  subscriptionCreate: { tenantId: 'acme', customerId: NOBODY, planId: NOBODY },
  subscriptionChangePlan: { id: NOBODY, planId: NOBODY },
  subscriptionAssign: { id: NOBODY },
  subscriptionCancel: { id: NOBODY },
  invoiceCreate: { tenantId: 'acme', customerId: NOBODY, ...charge },
  invoiceUpdate: { id: NOBODY },
  invoiceFinalize: { id: NOBODY },
  invoicePay: { id: NOBODY },
  invoiceVoid: { id: NOBODY },
  paymentRecord: { invoiceId: NOBODY, ...payment },
  usageRecord: { subscriptionId: NOBODY, ...use },
};

describe('a mutation', () => {
  test.each(Object.entries(inputs))(
    '%s is refused to all but superadmins, and nothing runs',
    async (mutation, input) => {
      for (const [account, code] of [
        ['admin', 'FORBIDDEN'],
        ['acme', 'FORBIDDEN'],
        [undefined, 'UNAUTHENTICATED'],
      ] as const) {
        const token = account === undefined ? undefined : await tokenOf(account);
        const { data, errors } = await ask(operation(mutation), { token, variables: { input } });
        expect(data ?? { [mutation]: null }).toEqual({ [mutation]: null });
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
      }
    },
  );
});

describe('an id that nobody has', () => {
  test.each(Object.entries(inputs).filter(([name]) => name !== 'planCreate'))(
    'is refused by %s',
    async (name, input) => {
      const field = Object.entries(input).find(([, value]) => value === NOBODY)?.[0] ?? '';
      expect(await refusal(name, input)).toBe(`NOT_FOUND ${field}`);
    },
  );
});

describe('a tenant', () => {
  test('must be named for what is new, and be known', async () => {
    const [customerId, { id: planId }] = [await customerOf('acme'), await newPlan()];
    for (const [mutation, input] of [
      ['subscriptionCreate', { customerId, planId }],
      ['invoiceCreate', { customerId, ...charge }],
    ] as const) {
      expect(await refusal(mutation, input)).toBe('INVALID tenantId');
      expect(await refusal(mutation, { ...input, tenantId: 'nowhere' })).toBe('NOT_FOUND tenantId');
      // Another tenant's customer is one that does not exist.
      expect(await refusal(mutation, { ...input, tenantId: 'globex' })).toBe('NOT_FOUND customerId');
    }
  });

  test('that is another’s finds nothing', async () => {
    const [subscription, draft, open] = [await newSubscription(), await newDraft(), await newInvoice()];
    const tenantId = 'globex';
    const asked: readonly [string, object, string][] = [
      ['subscriptionAssign', { id: subscription.id }, 'id'],
      ['subscriptionCancel', { id: subscription.id }, 'id'],
      ['subscriptionChangePlan', { id: subscription.id, planId: subscription.plan.id }, 'id'],
      ['invoiceUpdate', { id: draft.id }, 'id'],
      ['invoiceFinalize', { id: draft.id }, 'id'],
      ['invoicePay', { id: open.id }, 'id'],
      ['invoiceVoid', { id: open.id }, 'id'],
      ['paymentRecord', { invoiceId: open.id, ...payment }, 'invoiceId'],
      ['usageRecord', { subscriptionId: subscription.id, ...use }, 'subscriptionId'],
    ];
    for (const [mutation, input, field] of asked)
      expect(await refusal(mutation, { ...input, tenantId })).toBe(`NOT_FOUND ${field}`);
  });
});

describe('every change', () => {
  test('leaves one audit entry and its events, with ids and no personal data', async () => {
    const { id } = await newInvoice();
    const paid = await done('payment', 'paymentRecord', {
      invoiceId: id,
      ...payment,
      amount: usd('10'),
      method: 'cash',
    });
    const audited = await sql<{ action: string }>(
      'billing',
      'SELECT action FROM audit_entries WHERE object_id = ANY ($1) ORDER BY id',
      [[id, paid.id]],
    );
    expect(audited.map(({ action }) => action)).toEqual(['invoiceCreate', 'invoiceFinalize', 'paymentRecord']);
    const events = await sql<{ type: string }>(
      'billing',
      "SELECT type FROM domain_events WHERE payload->>'invoiceId' = $1 ORDER BY at, id",
      [id],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'invoice.created',
      'invoice.finalized',
      'payment.succeeded',
      'invoice.paid',
    ]);
  });
});
