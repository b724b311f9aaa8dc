/** The one invoice of a subscription's period: its plan in advance, and what was used before. */
import { Exact, roundTo, sumOf } from '@metatron/platform/money';
import type { RawTransaction } from '@metatron/platform/verb/verb';
import { v7 as uuidv7 } from 'uuid';

import type { Period } from './periods.ts';

/** How long a customer has to pay. */
const DUE_DAYS = 14;

interface Amount { toString(): string }

export interface Billed {
  readonly tenantId: string;
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly quantity: number;
  readonly amount: Amount;
  readonly currency: string;
}

interface Use {
  readonly metric: string;
  readonly unitPrice: Amount;
  readonly quantity: Amount;
  readonly periodStart: Date;
  readonly periodEnd: Date;
}

interface Line extends Period {
  readonly kind: 'plan' | 'usage';
  readonly description: string;
  readonly quantity: Amount;
  readonly unitPrice: Amount;
}

/** The unique index over a subscription's periods makes a second invoice for one impossible. */
const DRAFT = `
INSERT INTO invoices (tenant_id, id, subscription_id, customer_id, kind, currency, period_start, period_end, due_date)
VALUES ($1, $2::uuid, $3::uuid, $4::uuid, 'period', $5, $6::timestamptz, $7::timestamptz,
        (now() AT TIME ZONE 'UTC')::date + ${String(DUE_DAYS)})
ON CONFLICT (tenant_id, customer_id, subscription_id, period_start) WHERE kind = 'period' AND status <> 'void'
DO NOTHING`;

/** Claims the use that no invoice has charged yet and that ended before the period. */
const CHARGE = `
WITH charged AS (
  UPDATE usage_records SET invoice_id = $1::uuid
  WHERE tenant_id = $2 AND customer_id = $3::uuid AND subscription_id = $4::uuid AND invoice_id IS NULL
    AND unit_price IS NOT NULL AND currency = $5 AND period_end <= $6::timestamptz
  RETURNING metric, unit_price, quantity, period_start, period_end
)
SELECT metric, unit_price AS "unitPrice", sum(quantity) AS quantity,
       min(period_start) AS "periodStart", max(period_end) AS "periodEnd"
FROM charged GROUP BY metric, unit_price ORDER BY metric, unit_price`;

const LINES = `
INSERT INTO invoice_lines (tenant_id, id, customer_id, invoice_id, position, kind, description, quantity, unit_price,
                           amount, currency, period_start, period_end)
SELECT $1, l.id, $2::uuid, $3::uuid, l.position, l.kind, l.description, l.quantity, l.unit_price,
       l.amount, $4, l.period_start, l.period_end
FROM jsonb_to_recordset($5::jsonb) AS l (id uuid, position integer, kind text, description text, quantity numeric,
  unit_price numeric, amount numeric, period_start timestamptz, period_end timestamptz)`;

/** The database checks the sums, gives the number and freezes the invoice. */
const OPEN = `
UPDATE invoices SET subtotal = $3::numeric, total = $3::numeric, status = 'open', version = version + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2::uuid`;

/** What costs nothing is paid already. */
const SETTLE = `
UPDATE invoices SET status = 'paid', paid_at = now(), version = version + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2::uuid AND total = 0`;

async function linesOf(
  tx: RawTransaction,
  { tenantId, id, customerId, planId, quantity, amount, currency }: Billed,
  invoiceId: string,
  period: Period,
): Promise<Line[]> {
  const [plan] = await tx.$queryRawUnsafe<{ name: string }[]>('SELECT name FROM plans WHERE id = $1::uuid', planId);
  const start = period.start.toISOString();
  const uses = await tx.$queryRawUnsafe<Use[]>(CHARGE, invoiceId, tenantId, customerId, id, currency, start);
  return [
    { kind: 'plan', description: plan?.name ?? '', quantity, unitPrice: amount, ...period },
    ...uses.map(({ metric, periodStart, periodEnd, ...use }): Line => ({
      kind: 'usage',
      description: metric,
      start: periodStart,
      end: periodEnd,
      ...use,
    })),
  ];
}

/** What a line comes to: rounded once, after the product. */
const amountOf = (currency: string, { quantity, unitPrice }: Line): string =>
  roundTo(currency, new Exact(quantity.toString()).times(unitPrice.toString())).toFixed();

/**
 * Makes and finalizes the invoice of a period, once.
 * @returns its id; undefined when the period has its invoice already.
 */
export async function invoicePeriod(tx: RawTransaction, billed: Billed, period: Period): Promise<string | undefined> {
  const { tenantId, id, customerId, currency } = billed;
  const invoiceId = uuidv7();
  const span = [period.start.toISOString(), period.end.toISOString()];
  const made = await tx.$executeRawUnsafe(DRAFT, tenantId, invoiceId, id, customerId, currency, ...span);
  if (made === 0) return undefined;
  const lines = await linesOf(tx, billed, invoiceId, period);
  const rows = lines.map((line, index) => ({
    id: uuidv7(),
    position: index + 1,
    kind: line.kind,
    description: line.description,
    quantity: line.quantity.toString(),
    unit_price: line.unitPrice.toString(),
    amount: amountOf(currency, line),
    period_start: line.start,
    period_end: line.end,
  }));
  await tx.$executeRawUnsafe(LINES, tenantId, customerId, invoiceId, currency, JSON.stringify(rows));
  await tx.$executeRawUnsafe(OPEN, tenantId, invoiceId, sumOf(rows.map(({ amount }) => amount)).toFixed());
  await tx.$executeRawUnsafe(SETTLE, tenantId, invoiceId);
  return invoiceId;
}
