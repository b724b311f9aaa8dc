import type { InvoiceRow } from './mappers.ts';

/** What an invoice still demands, in its currency. Nobody owes a void one. */
export function amountDue({ status, total, amountPaid }: InvoiceRow): InvoiceRow['total'] {
  return status === 'void' ? total.minus(total) : total.minus(amountPaid);
}
