/** What the tests of billing's mutations share: one call with all of a noun's fields, and rows to refer to. */
import { ask, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';

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

const SELECTIONS: Readonly<Record<Noun, string>> = {
  plan: `plan { id name price ${MONEY} interval intervalCount trialPeriodDays isActive version }`,
  subscription: `subscription { id tenant { id } customer { id } plan { id } planVersion status quantity price ${MONEY} interval monthlyAmount ${MONEY} trialEnd billingAnchor currentPeriodStart currentPeriodEnd cancelAtPeriodEnd cancelledAt cancelReason version nextPlan { id } nextPlanVersion nextQuantity invoices { edges { node { kind status total ${MONEY} } } } }`,
  invoice: `invoice { id tenant { id } invoiceNumber status subtotal ${MONEY} discount ${MONEY} tax ${MONEY} total ${MONEY} amountPaid ${MONEY} amountDue ${MONEY} dueDate finalizedAt paidAt voidedAt version lines { edges { node { description amount ${MONEY} } } } payments { totalCount } }`,
  payment: `payment { id status amount ${MONEY} method provider providerReference succeededAt invoice { status amountDue ${MONEY} } }`,
  usageRecord: 'usageRecord { id metric quantity unitPrice currency periodStart periodEnd subscription { id } }',
};

/** The noun that a mutation answers with, from its name. */
function nounOf(mutation: string): Noun {
  const found = (Object.keys(SELECTIONS) as Noun[]).find((noun) => mutation.startsWith(noun));
  if (found === undefined) throw new Error(`${mutation} is none of billing`);
  return found;
}

export type Payload = { readonly [Name in Noun]?: Nouns[Name] | null } & {
  readonly userErrors: readonly {
    readonly field: readonly string[] | null;
    readonly code: string;
    readonly message: string;
  }[];
};

/** The operation of a mutation with all of its answer. */
export function operation(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const selection = SELECTIONS[nounOf(mutation)];
  return `mutation M($input: ${type}) { ${mutation}(input: $input) { ${selection} userErrors { field code message } } }`;
}

/** Runs a mutation as a superadmin; it must get as far as a payload. */
export async function change(mutation: string, input: object, account: Account = 'superadmin'): Promise<Payload> {
  const { data, errors, text } = await ask(operation(mutation), {
    token: await tokenOf(account),
    variables: { input },
  });
  const payload = data?.[mutation] as Payload | null | undefined;
  if (errors !== undefined || payload == null) throw new Error(`${mutation} gave no payload: ${text}`);
  return payload;
}

/** Runs a mutation that must succeed, and gives the noun of its answer. */
export async function done<Name extends Noun>(noun: Name, mutation: string, input: object): Promise<Nouns[Name]> {
  const payload = await change(mutation, input);
  const value = payload[noun] as Nouns[Name] | null;
  if (value === null || payload.userErrors.length > 0)
    throw new Error(`${mutation} was refused: ${JSON.stringify(payload.userErrors)}`);
  return value;
}

/** Runs a mutation that must be refused, and gives what is wrong as `CODE path.of.field`. */
export async function refusal(mutation: string, input: object): Promise<string> {
  const payload = await change(mutation, input);
  if (payload[nounOf(mutation)] !== null) throw new Error(`${mutation} was not refused`);
  return payload.userErrors
    .map(({ code, field }) => [code, ...(field === null ? [] : [field.join('.')])].join(' '))
    .join(', ');
}

/** An id that is well formed and nobody's. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

/** The id of some live customer of a tenant. */
export async function customerOf(tenant: string): Promise<string> {
  const live = 'SELECT id FROM customers WHERE deleted_at IS NULL AND tenant_id = $1 ORDER BY id LIMIT 1';
  const [row] = await sql<Named>('crm', live, [tenant]);
  if (row === undefined) throw new Error(`${tenant} has no customer`);
  return row.id;
}

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
