/** What a change of plan within a period costs, by the millisecond that is left of it. */
import { Exact, roundTo } from '@metatron/platform/money';
import type { Line } from '@metatron/prisma/billing/openInvoice';
import type { Period } from '@metatron/prisma/billing/periods';
import type { Decimal } from 'decimal.js';

export interface Priced {
  readonly quantity: number;
  readonly amount: { toString(): string };
  readonly currency: string;
}

/** The share of a price that falls on the rest of a period, in the currency's scale. */
export function restOf({ quantity, amount, currency }: Priced, { start, end }: Period, now: Date): Decimal {
  const left = Math.min(Math.max(0, end.getTime() - now.getTime()), end.getTime() - start.getTime());
  const whole = new Exact(amount.toString()).times(quantity);
  return roundTo(currency, whole.times(left).div(end.getTime() - start.getTime()));
}

/** A line over the rest of a period; negative for what is taken off. */
export const restLine = (description: string, { quantity }: Priced, amount: Decimal, rest: Period): Line => ({
  kind: 'proration',
  description,
  quantity,
  unitPrice: null,
  amount: amount.toFixed(),
  ...rest,
});
