/** The lines of an invoice as a caller gives them, and the exact sums of what they come to. */
import { Refusal, type UserError } from '@metatron/platform/errors';
import { Exact, fitsCurrency, sumOf } from '@metatron/platform/money';
import * as fields from '@metatron/platform/verb/fields';
import { amountOf } from '@metatron/prisma/billing/periodInvoice';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

const MAX_LINES = 100;
const MAX_QUANTITY = '1e12';
const MAX_AMOUNT = '1e13';

const below = (limit: string) => (value: string) => new Exact(value).abs().lt(limit);
const number = (limit: string) => z.string().refine(below(limit), 'This is too large.');
const count = (limit: string) => number(limit).refine((value) => new Exact(value).gte(0), 'This must not be negative.');

const line = z.object({
  description: fields.text(1_000),
  quantity: fields.kept(count(MAX_QUANTITY)),
  unitPrice: number(MAX_AMOUNT),
  discount: fields.kept(count(MAX_AMOUNT)),
  tax: fields.kept(number(MAX_AMOUNT)),
});

export const lines = z
  .array(line)
  .min(1, 'An invoice needs a line.')
  .max(MAX_LINES, `There can be at most ${String(MAX_LINES)} lines.`);

type Line = z.output<typeof line>;

const refuse = (index: number, field: string, message: string): UserError[] => [
  { field: ['lines', String(index), field], code: 'INVALID', message },
];

/** What the currency alone can tell of a line. */
function faultsOf(
  currency: string,
  { quantity = '1', unitPrice, discount = '0', tax = '0' }: Line,
  index: number,
): UserError[] {
  const scale = `This has more decimals than ${currency} has.`;
  return [
    ...(fitsCurrency(discount, currency) ? [] : refuse(index, 'discount', scale)),
    ...(fitsCurrency(tax, currency) ? [] : refuse(index, 'tax', scale)),
    ...(below(MAX_AMOUNT)(amountOf(currency, quantity, unitPrice))
      ? []
      : refuse(index, 'quantity', 'The line is too large.')),
  ];
}

/**
 * The lines as columns, and the invoice's own amounts.
 * @throws Refusal INVALID at each line at fault, or at `lines` when a sum is negative.
 */
export function chargesOf(currency: string, given: readonly Line[]) {
  const faults = given.flatMap((each, index) => faultsOf(currency, each, index));
  if (faults.length > 0) throw Refusal.of(faults);
  const rows = given.map((each, index) => {
    const { description, quantity = '1', unitPrice, discount = '0', tax = '0' } = each;
    const amounts = { amount: amountOf(currency, quantity, unitPrice), discountAmount: discount, taxAmount: tax };
    return { id: uuidv7(), position: index + 1, description, quantity, unitPrice, ...amounts };
  });
  const subtotal = sumOf(rows.map(({ amount }) => amount));
  const discountAmount = sumOf(rows.map((row) => row.discountAmount));
  const taxAmount = sumOf(rows.map((row) => row.taxAmount));
  const total = subtotal.minus(discountAmount).plus(taxAmount);
  if ([subtotal, taxAmount, total].some((sum) => sum.lt(0)))
    throw new Refusal('INVALID', 'The invoice must not come to less than nothing, nor its subtotal or tax.', 'lines');
  const sums = {
    subtotal: subtotal.toFixed(),
    discountAmount: discountAmount.toFixed(),
    taxAmount: taxAmount.toFixed(),
    total: total.toFixed(),
  };
  return { rows, sums };
}
