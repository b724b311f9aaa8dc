import { toMoney, type Amount, type Money } from '@metatron/platform/money';

/**
 * Amounts of several currencies as the API shows them: by currency, without those that are zero.
 *
 * @param rows at most one per currency
 * @param amount which of a row's sums
 */
export function toSums<Row extends { readonly currency: string }>(
  rows: readonly Row[],
  amount: (row: Row) => Amount,
): Money[] {
  return rows
    .map((row) => toMoney(amount(row), row.currency))
    .filter((money): money is Money => money !== null && Number(money.amount) !== 0)
    .sort((one, other) => (one.currency < other.currency ? -1 : 1));
}
