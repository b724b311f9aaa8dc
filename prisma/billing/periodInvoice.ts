/** The invoices of a subscription: one a period, for its plan in advance and what was used before; and the last. */
import { Exact, roundTo } from '@metatron/platform/money';
import type { RawTransaction } from '@metatron/platform/verb/verb';

import type { DomainEvent } from './events.ts';
import { openInvoice, type Billed, type Exactly, type Line } from './openInvoice.ts';
import type { Period } from './periods.ts';

interface Use {
  readonly metric: string;
  readonly unitPrice: Exactly;
  readonly quantity: Exactly;
  readonly start: Date;
  readonly end: Date;
}

/** Claims the use that no invoice has charged yet and that ended by an instant. */
const CLAIM = `
WITH charged AS (
  UPDATE usage_records SET invoice_id = $1::uuid
  WHERE tenant_id = $2 AND customer_id = $3::uuid AND subscription_id = $4::uuid AND invoice_id IS NULL
    AND unit_price IS NOT NULL AND currency = $5 AND period_end <= $6::timestamptz
  RETURNING metric, unit_price, quantity, period_start, period_end
)
SELECT metric, unit_price AS "unitPrice", sum(quantity) AS quantity,
       min(period_start) AS start, max(period_end) AS "end"
FROM charged GROUP BY metric, unit_price ORDER BY metric, unit_price`;

/** Rounded once, after the product; halves to the even neighbour. */
export const amountOf = (currency: string, quantity: Exactly, unitPrice: Exactly): string =>
  roundTo(currency, new Exact(quantity.toString()).times(unitPrice.toString())).toFixed();

const usageLine =
  (currency: string) =>
  ({ metric, quantity, unitPrice, start, end }: Use): Line => {
    const amount = amountOf(currency, quantity, unitPrice);
    return { kind: 'usage', description: metric, quantity, unitPrice, amount, start, end };
  };

/** Claims the use of a subscription for an invoice, in the invoice's currency, and gives its lines. */
async function claimUse(
  tx: RawTransaction,
  { tenantId, id, customerId, currency }: Billed,
  invoiceId: string,
  until: string,
): Promise<Line[]> {
  const uses = await tx.$queryRawUnsafe<Use[]>(CLAIM, invoiceId, tenantId, customerId, id, currency, until);
  return uses.map(usageLine(currency));
}

export async function planName(tx: RawTransaction, planId: string): Promise<string> {
  const [plan] = await tx.$queryRawUnsafe<{ name: string }[]>('SELECT name FROM plans WHERE id = $1::uuid', planId);
  return plan?.name ?? '';
}

/**
 * Makes and finalizes the invoice of a period, once.
 * @param credits lines that take something off
 */
export function invoicePeriod(
  tx: RawTransaction,
  billed: Billed,
  period: Period,
  credits: readonly Line[] = [],
): Promise<DomainEvent[]> {
  const { planId, quantity, amount: unitPrice, currency } = billed;
  return openInvoice(tx, billed, { kind: 'period', ...period }, async (invoiceId) => {
    const [description, amount] = [await planName(tx, planId), amountOf(currency, quantity, unitPrice)];
    const plan: Line = { kind: 'plan', description, quantity, unitPrice, amount, ...period };
    return [plan, ...credits, ...(await claimUse(tx, billed, invoiceId, period.start.toISOString()))];
  });
}

interface Rest extends Period {
  readonly currency: string;
}

/** A change of plan may have left use in another currency than the present one. */
const UNCHARGED = `
SELECT currency, min(period_start) AS start, max(period_end) AS "end" FROM usage_records
WHERE tenant_id = $1 AND customer_id = $2::uuid AND subscription_id = $3::uuid AND invoice_id IS NULL
  AND unit_price IS NOT NULL
GROUP BY currency ORDER BY currency`;

/** Makes and finalizes what a subscription that ends leaves to pay: an invoice per currency of what no other charged. */
export async function invoiceRest(tx: RawTransaction, billed: Billed): Promise<DomainEvent[]> {
  const { tenantId, customerId, id } = billed;
  const rests = await tx.$queryRawUnsafe<Rest[]>(UNCHARGED, tenantId, customerId, id);
  const events: DomainEvent[] = [];
  for (const { currency, ...span } of rests) {
    const owed = { ...billed, currency };
    const fill = (invoiceId: string) => claimUse(tx, owed, invoiceId, 'infinity');
    events.push(...(await openInvoice(tx, owed, { kind: 'final', ...span }, fill)));
  }
  return events;
}
