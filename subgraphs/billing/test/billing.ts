/** What the tests of billing's mutations share: one call with all of a noun's fields, and rows to refer to. */
import type { Account } from '../../../platform/test/kit.ts';
import { mutationsOf, someId, type PayloadOf } from '../../../platform/test/mutations.ts';

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Named {
  readonly id: string;
}

interface Nouns {
  readonly plan: Named & {
    readonly name: string;
    readonly price: Money;
    readonly interval: string;
    readonly intervalCount: number;
    readonly trialPeriodDays: number;
    readonly isActive: boolean;
    readonly version: number;
  };
  readonly subscription: Named & {
    readonly tenant: Named;
    readonly customer: Named;
    readonly contact: Named | null;
    readonly plan: Named;
    readonly planVersion: number;
    readonly status: string;
    readonly quantity: number;
    readonly price: Money;
    readonly interval: string;
    readonly monthlyAmount: Money;
    readonly trialEnd: string | null;
    readonly billingAnchor: string;
    readonly currentPeriodStart: string;
    readonly currentPeriodEnd: string;
    readonly cancelAtPeriodEnd: boolean;
    readonly cancelledAt: string | null;
    readonly cancelReason: string | null;
    readonly version: number;
    readonly nextPlan: Named | null;
    readonly nextPlanVersion: number | null;
    readonly nextQuantity: number | null;
    readonly invoices: {
      readonly edges: readonly {
        readonly node: { readonly kind: string; readonly status: string; readonly total: Money };
      }[];
    };
  };
  readonly invoice: Named & {
    readonly tenant: Named;
    readonly invoiceNumber: string | null;
    readonly status: string;
    readonly subtotal: Money;
    readonly discount: Money;
    readonly tax: Money;
    readonly total: Money;
    readonly amountPaid: Money;
    readonly amountDue: Money;
    readonly dueDate: string | null;
    readonly finalizedAt: string | null;
    readonly paidAt: string | null;
    readonly voidedAt: string | null;
    readonly version: number;
    readonly lines: {
      readonly edges: readonly { readonly node: { readonly description: string; readonly amount: Money } }[];
    };
    readonly payments: { readonly totalCount: number };
  };
  readonly payment: Named & {
    readonly status: string;
    readonly amount: Money;
    readonly method: string;
    readonly provider: string | null;
    readonly providerReference: string | null;
    readonly succeededAt: string | null;
    readonly invoice: { readonly status: string; readonly amountDue: Money };
  };
  readonly usageRecord: Named & {
    readonly metric: string;
    readonly quantity: string;
    readonly unitPrice: string | null;
    readonly currency: string | null;
    readonly periodStart: string;
    readonly periodEnd: string;
    readonly subscription: Named;
  };
}

export type Noun = keyof Nouns;

const MONEY = '{ amount currency }';

const billing = mutationsOf<Nouns>({
  selections: {
    plan: `plan { id name price ${MONEY} interval intervalCount trialPeriodDays isActive version }`,
    subscription: `subscription { id tenant { id } customer { id } contact { id } plan { id } planVersion status quantity price ${MONEY} interval monthlyAmount ${MONEY} trialEnd billingAnchor currentPeriodStart currentPeriodEnd cancelAtPeriodEnd cancelledAt cancelReason version nextPlan { id } nextPlanVersion nextQuantity invoices { edges { node { kind status total ${MONEY} } } } }`,
    invoice: `invoice { id tenant { id } invoiceNumber status subtotal ${MONEY} discount ${MONEY} tax ${MONEY} total ${MONEY} amountPaid ${MONEY} amountDue ${MONEY} dueDate finalizedAt paidAt voidedAt version lines { edges { node { description amount ${MONEY} } } } payments { totalCount } }`,
    payment: `payment { id status amount ${MONEY} method provider providerReference succeededAt invoice { status amountDue ${MONEY} } }`,
    usageRecord: 'usageRecord { id metric quantity unitPrice currency periodStart periodEnd subscription { id } }',
  },
});

export const { operation } = billing;

/** Runs a mutation as a superadmin; it must get as far as a payload. */
export const change = (mutation: string, input: object, account: Account = 'superadmin'): Promise<PayloadOf<Nouns>> =>
  billing.change(account, mutation, input);

/** Runs a superadmin's mutation that must succeed, and gives the noun of its answer. */
export const done = <Name extends Noun>(noun: Name, mutation: string, input: object): Promise<Nouns[Name]> =>
  billing.done(noun, 'superadmin', mutation, input);

/** Runs a superadmin's mutation that must be refused, and gives what is wrong as `CODE path.of.field`. */
export const refusal = (mutation: string, input: object): Promise<string> =>
  billing.refusal('superadmin', mutation, input);

/** The id of some live customer of a tenant. */
export const customerOf = (tenant: string): Promise<string> => someId('crm', tenant, 'customers', 'deleted_at IS NULL');

const PRICE: Money = { amount: '12.00', currency: 'USD' };

export const newPlan = (input: object = {}) =>
  done('plan', 'planCreate', { name: 'A plan', price: PRICE, interval: 'MONTH', ...input });

export async function newSubscription(input: object = {}) {
  const { id: planId } = await newPlan('plan' in input ? (input.plan as object) : {});
  const { plan: _plan, ...rest } = input as { plan?: object };
  const customerId = await customerOf('acme');
  return done('subscription', 'subscriptionCreate', { tenantId: 'acme', customerId, planId, ...rest });
}

export const line = (unitPrice: string, rest: object = {}) => ({ description: 'A thing', unitPrice, ...rest });

/** A draft of acme's over one line. */
export async function newDraft(unitPrice = '10.00', input: object = {}) {
  const customerId = await customerOf('acme');
  return done('invoice', 'invoiceCreate', {
    tenantId: 'acme',
    customerId,
    currency: 'USD',
    lines: [line(unitPrice)],
    ...input,
  });
}

export async function newInvoice(unitPrice = '10.00', input: object = {}) {
  const { id } = await newDraft(unitPrice, input);
  return done('invoice', 'invoiceFinalize', { id });
}

export const usd = (amount: string): Money => ({ amount, currency: 'USD' });
