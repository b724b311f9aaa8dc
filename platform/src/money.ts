import { Decimal } from 'decimal.js';

import { currencyScale } from './sdl/scalars.ts';

/** Money as the API shows it: an exact string in the currency's scale. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** An amount as PostgreSQL or Prisma gives it. */
export type Amount = { toString(): string } | null;

/** Money of a stored amount; null when there is none. */
export function toMoney(amount: Amount, currency: string | null): Money | null {
  if (amount === null || currency === null) return null;
  // Of a list's rows it is one already.
  const exact = amount instanceof Decimal ? amount : new Decimal(amount.toString());
  return { amount: exact.toFixed(currencyScale(currency) ?? 2), currency };
}

/** Whether an amount has no more decimals than its currency. */
export function fitsCurrency(amount: string, currency: string): boolean {
  const scale = currencyScale(currency);
  return scale !== undefined && new Decimal(amount).decimalPlaces() <= scale;
}

/** Exact for every product of two stored numbers; what must be rounded goes half-even. */
export const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN });

/** An amount in the currency's scale. */
export const roundTo = (currency: string, amount: Decimal): Decimal =>
  new Exact(amount).toDecimalPlaces(currencyScale(currency) ?? 2);

/** The exact sum of what PostgreSQL, Prisma or a caller gave. */
export const sumOf = (amounts: readonly { toString(): string }[]): Decimal =>
  amounts.reduce<Decimal>((sum, amount) => sum.plus(amount.toString()), new Exact(0));
