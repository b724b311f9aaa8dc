import type { Invoice } from './invoices.ts';
import type { Row, Scene, Step } from './scene.ts';
import type { settle } from './settlements.ts';

interface Sent {
  readonly invoice: Invoice;
  readonly finalizedAt: Date;
}

const FINALIZE = `
UPDATE invoices i
   SET status = 'open', sequence_number = r.number, invoice_number = 'INV-' || lpad(r.number::text, greatest(6, length(r.number::text)), '0'),
       finalized_at = r.at, updated_at = r.at
  FROM jsonb_to_recordset($1::jsonb) AS r (tenant_id text, id uuid, number bigint, at timestamptz)
 WHERE i.tenant_id = r.tenant_id AND i.id = r.id`;

const END = `
UPDATE invoices i
   SET status = r.status, updated_at = r.at, paid_at = CASE r.status WHEN 'paid' THEN r.at END, voided_at = CASE r.status WHEN 'void' THEN r.at END,
       payment_method = CASE r.status WHEN 'paid' THEN r.method END
  FROM jsonb_to_recordset($1::jsonb) AS r (tenant_id text, id uuid, status text, method text, at timestamptz)
 WHERE i.tenant_id = r.tenant_id AND i.id = r.id`;

/**
 * Numbers are brought along, in the order of finalization, and the counter is set once: letting the
 * database count would rewrite the counter's one row for each invoice of the transaction.
 */
export function* finalizeSteps({ story }: Scene, sent: readonly Sent[]): Generator<Step> {
  const tenant_id = story.plan.id;
  const ordered = [...sent].sort((a, b) => a.finalizedAt.getTime() - b.finalizedAt.getTime());
  const numbered = ordered.map(({ invoice, finalizedAt }, index): Row => ({
    tenant_id,
    id: invoice.id,
    number: index + 1,
    at: finalizedAt,
  }));
  yield { sql: FINALIZE, rows: numbered };
  yield {
    table: 'invoice_counters',
    rows: [{ tenant_id, last_number: numbered.length, updated_at: ordered.at(-1)?.finalizedAt ?? story.createdAt }],
  };
}

/** The database adds each payment to its invoice, so that paid is what has been paid. */
export function* settleSteps({ story }: Scene, settlements: readonly ReturnType<typeof settle>[]): Generator<Step> {
  yield { table: 'payments', rows: settlements.flatMap(({ payments }) => payments) };
  // Where a payment was added, too: the database has stamped the invoice with the time of loading.
  const ended = settlements.filter(({ status, payments }) => status !== 'open' || payments.length > 0);
  yield {
    sql: END,
    rows: ended.map(({ invoice, status, method, at }) => ({
      tenant_id: story.plan.id,
      id: invoice.id,
      status,
      method,
      at,
    })),
  };
}
