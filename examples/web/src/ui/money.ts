export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** Amounts are exact decimals, so strings; Intl formats the string itself, no float is made of it. */
export function formatMoney({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger',
  });
  return format.format(amount as Intl.StringNumericLiteral);
}

/** Adds decimals exactly: as whole numbers of their smallest part. */
function add(one: string, other: string): string {
  const scale = Math.max(...[one, other].map((amount) => amount.split('.')[1]?.length ?? 0));
  const whole = (amount: string): bigint => {
    const [integer = '0', fraction = ''] = amount.split('.');
    return BigInt(integer + fraction.padEnd(scale, '0'));
  };
  const digits = String(whole(one) + whole(other)).padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** One sum per currency: money of two currencies cannot be added. */
export function sumByCurrency(values: readonly Money[]): Money[] {
  const sums = new Map<string, string>();
  for (const { amount, currency } of values) sums.set(currency, add(sums.get(currency) ?? '0', amount));
  return [...sums].sort().map(([currency, amount]) => ({ amount, currency }));
}
