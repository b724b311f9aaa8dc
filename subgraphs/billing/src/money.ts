import { toMoney, type Money } from '@metatron/platform/money';
import { ofColumns } from '@metatron/platform/read/columns';

/** Money of columns that the database never leaves empty. */
export function moneyOf(amount: { toString(): string }, currency: string): Money {
  const money = toMoney(amount, currency);
  if (money === null) throw new Error('An amount is absent that the database requires.');
  return money;
}

type InCurrency<Amount extends string> = Readonly<Record<Amount, { toString(): string }>> & {
  readonly currency: string;
};

/** The resolver of money that is one column of its row, in the row's currency. */
export const moneyColumn = <const Amount extends string>(amount: Amount): ((row: InCurrency<Amount>) => Money) =>
  ofColumns([amount, 'currency'], (row: InCurrency<Amount>) => moneyOf(row[amount], row.currency));
