import { toMoney, type Money } from '@metatron/platform/money';

/** Money of columns that the database never leaves empty. */
export function moneyOf(amount: { toString(): string }, currency: string): Money {
  const money = toMoney(amount, currency);
  if (money === null) throw new Error('An amount is absent that the database requires.');
  return money;
}
