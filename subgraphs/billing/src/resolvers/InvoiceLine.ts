import type { InvoiceLineResolvers } from '../generated/types.ts';
import { moneyOf } from '../money.ts';
import { invoiceLines, invoices } from '../tables.ts';

export const InvoiceLine: InvoiceLineResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(invoiceLines, id),
  invoice: ({ invoiceId }, _args, ctx) => ctx.read.byId(invoices, invoiceId),
  amount: ({ amount, currency }) => moneyOf(amount, currency),
  discount: ({ discountAmount, currency }) => moneyOf(discountAmount, currency),
  tax: ({ taxAmount, currency }) => moneyOf(taxAmount, currency),
};
