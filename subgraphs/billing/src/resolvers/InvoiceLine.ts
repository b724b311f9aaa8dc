import type { InvoiceLineResolvers } from '../generated/types.ts';
import { moneyColumn } from '../money.ts';
import { invoiceLines, invoices } from '../tables.ts';

export const InvoiceLine: InvoiceLineResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(invoiceLines, id),
  invoice: ({ invoiceId }, _args, ctx) => ctx.read.byId(invoices, invoiceId),
  amount: moneyColumn('amount'),
  discount: moneyColumn('discountAmount'),
  tax: moneyColumn('taxAmount'),
};
