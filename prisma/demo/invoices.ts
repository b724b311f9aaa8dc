import { toAmount } from './money.ts';
import { daysFrom, earlier, idAt, isoDay } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Customer } from './story.ts';
import type { Period } from '../billing/periods.ts';

import type { Subscription } from './subscriptions.ts';
import { charge, type Usage } from './usage.ts';

/** A line in the currency's smallest unit. */
interface Line {
  readonly kind: 'one_off' | 'plan' | 'usage';
  readonly description: string;
  readonly quantity: number;
  /** Null where the price of one is finer than the currency. */
  readonly unitPrice: number | null;
  readonly amount: number;
  readonly discount: number;
  readonly tax: number;
  readonly period: Period | undefined;
}

export interface Invoice {
  readonly id: string;
  readonly customer: Customer;
  readonly currency: string;
  readonly total: number;
  /** When it is to be finalized; undefined stays a draft. */
  readonly finalizedAt: Date | undefined;
  readonly subscription: Subscription | undefined;
  readonly row: Row;
  readonly lines: readonly Row[];
}

/** Percent of value added tax, by the tenant's country. */
const TAX: Readonly<Record<string, number>> = { DE: 19, GB: 20, JP: 10, BH: 10 };
const DUE_DAYS = 14;

type Price = Omit<Line, 'tax'>;

const taxed = ({ story }: Scene, line: Price): Line => ({
  ...line,
  tax: Math.round(((line.amount - line.discount) * (TAX[story.plan.country] ?? 0)) / 100),
});

interface Head {
  readonly customer: Customer;
  readonly currency: string;
  readonly kind: 'period' | 'one_off';
  readonly at: Date;
  readonly period: Period | undefined;
  readonly subscription: Subscription | undefined;
  readonly finalized: boolean;
}

function lineRow(
  { faker, story }: Scene,
  invoiceId: string,
  { customer, currency, at }: Head,
  line: Line,
  index: number,
): Row {
  const { kind, description, quantity, unitPrice, amount, discount, tax, period } = line;
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    customer_id: customer.id,
    invoice_id: invoiceId,
    position: index + 1,
    kind,
    description,
    quantity,
    unit_price: unitPrice === null ? null : toAmount(unitPrice, currency),
    amount: toAmount(amount, currency),
    discount_amount: toAmount(discount, currency),
    tax_amount: toAmount(tax, currency),
    currency,
    period_start: period?.start ?? null,
    period_end: period?.end ?? null,
    created_at: at,
  };
}

/** A draft whose amounts are the sums of its lines. */
function makeInvoice(scene: Scene, head: Head, prices: readonly Price[]): Invoice {
  const { customer, currency, kind, at, period, subscription, finalized } = head;
  const lines = prices.map((price) => taxed(scene, price));
  const sum = (value: (line: Line) => number): number => lines.reduce((total, line) => total + value(line), 0);
  const [subtotal, discount, tax] = [
    sum(({ amount }) => amount),
    sum((line) => line.discount),
    sum((line) => line.tax),
  ];
  const total = subtotal - discount + tax;
  const id = idAt(scene.faker, at);
  return {
    id,
    customer,
    currency,
    total,
    subscription,
    finalizedAt: finalized ? earlier(daysFrom(at, 1 / 24), scene.story.anchor) : undefined,
    row: {
      tenant_id: scene.story.plan.id,
      id,
      subscription_id: subscription?.id ?? null,
      customer_id: customer.id,
      kind,
      subtotal: toAmount(subtotal, currency),
      tax_amount: toAmount(tax, currency),
      discount_amount: toAmount(discount, currency),
      total: toAmount(total, currency),
      currency,
      period_start: period?.start ?? null,
      period_end: period?.end ?? null,
      due_date: isoDay(daysFrom(at, DUE_DAYS)),
      metadata: {},
      created_at: at,
      updated_at: at,
    },
    lines: lines.map((line, index) => lineRow(scene, id, head, line, index)),
  };
}

/** One invoice a period: the plan in advance, the use of the period before behind it. */
export function periodInvoice(
  scene: Scene,
  subscription: Subscription,
  period: Period,
  used: readonly Usage[],
): Invoice {
  const { customer, plan, price, quantity } = subscription;
  const amount = price * quantity;
  const discount = quantity >= 3 ? Math.round(amount / 10) : 0;
  const plans: Price = { kind: 'plan', description: plan.name, quantity, unitPrice: price, amount, discount, period };
  const uses = used.map((usage): Price => ({
    kind: 'usage',
    description: usage.metric,
    quantity: usage.quantity,
    unitPrice: null,
    amount: charge(usage),
    discount: 0,
    period: usage.period,
  }));
  const head: Head = {
    customer,
    currency: plan.currency,
    kind: 'period',
    at: period.start,
    period,
    subscription,
    finalized: true,
  };
  return makeInvoice(scene, head, [plans, ...uses]);
}

/** Work that was ordered beside the subscription; some of it is not sent yet. */
export function singleInvoice(
  scene: Scene,
  customer: Customer,
  at: Date,
  unitPrice: number,
  finalized: boolean,
): Invoice {
  const quantity = scene.faker.number.int({ min: 1, max: 4 });
  const work: Price = {
    kind: 'one_off',
    description: 'Training, per day',
    quantity,
    unitPrice,
    amount: unitPrice * quantity,
    discount: 0,
    period: undefined,
  };
  return makeInvoice(
    scene,
    {
      customer,
      currency: customer.currency,
      kind: 'one_off',
      at,
      period: undefined,
      subscription: undefined,
      finalized,
    },
    [work],
  );
}
