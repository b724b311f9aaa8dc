/** An invoice that the service itself makes: drafted, filled and finalized in one transaction. */
import { sumOf } from '@metatron/platform/money';
import type { RawTransaction } from '@metatron/platform/verb/verb';
import { v7 as uuidv7 } from 'uuid';

import type { DomainEvent } from './events.ts';
import type { Period } from './periods.ts';

/** How long a customer has to pay. */
const DUE_DAYS = 14;

/** A number as PostgreSQL, Prisma or a caller gives it. */
export interface Exactly {
  toString(): string;
}

/** The subscription that an invoice is for. */
export interface Billed {
  readonly tenantId: string;
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly quantity: number;
  readonly amount: Exactly;
  readonly currency: string;
}

export interface Line extends Period {
  readonly kind: 'plan' | 'usage' | 'proration';
  readonly description: string;
  readonly quantity: Exactly;
  /** Null where the amount is no product. */
  readonly unitPrice: Exactly | null;
  /** In the currency's scale. */
  readonly amount: Exactly;
}

/** The unique index over a subscription's periods makes a second invoice for one impossible. */
const DRAFT = `
INSERT INTO invoices (tenant_id, id, subscription_id, customer_id, currency, kind, period_start, period_end, due_date)
VALUES ($1, $2::uuid, $3::uuid, $4::uuid, $5, $6, $7::timestamptz, $8::timestamptz,
        (now() AT TIME ZONE 'UTC')::date + ${String(DUE_DAYS)})
ON CONFLICT (tenant_id, customer_id, subscription_id, period_start) WHERE kind = 'period' AND status <> 'void'
DO NOTHING`;

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

const toRow = (line: Line, index: number) => ({
  id: uuidv7(),
  position: index + 1,
  kind: line.kind,
  description: line.description,
  quantity: line.quantity.toString(),
  unit_price: line.unitPrice?.toString() ?? null,
  amount: line.amount.toString(),
  period_start: line.start,
  period_end: line.end,
});

/**
 * Makes and finalizes an invoice; a period's only once.
 * @param fill gives the lines, which may claim what they charge for the invoice
 * @returns what happened; nothing when the period has its invoice already.
 */
export async function openInvoice(
  tx: RawTransaction,
  { tenantId, id, customerId, currency }: Billed,
  { kind, start, end }: Period & { readonly kind: 'period' | 'proration' | 'final' },
  fill: (invoiceId: string) => Promise<readonly Line[]>,
): Promise<DomainEvent[]> {
  const invoiceId = uuidv7();
  const span = [start.toISOString(), end.toISOString()];
  const made = await tx.$executeRawUnsafe(DRAFT, tenantId, invoiceId, id, customerId, currency, kind, ...span);
  if (made === 0) return [];
  const rows = (await fill(invoiceId)).map(toRow);
  await tx.$executeRawUnsafe(LINES, tenantId, customerId, invoiceId, currency, JSON.stringify(rows));
  await tx.$executeRawUnsafe(OPEN, tenantId, invoiceId, sumOf(rows.map(({ amount }) => amount)).toFixed());
  const settled = await tx.$executeRawUnsafe(SETTLE, tenantId, invoiceId);
  const told = (type: 'invoice.finalized' | 'invoice.paid', status: string): DomainEvent => ({
    type,
    payload: { invoiceId, status },
  });
  return [told('invoice.finalized', 'open'), ...(settled === 0 ? [] : [told('invoice.paid', 'paid')])];
}
