import type { PaymentResolvers } from '../generated/types.ts';
import { moneyColumn } from '../money.ts';
import { customerOf, tenantOf } from '../references.ts';
import { invoices, payments } from '../tables.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(payments, id),
  tenant: tenantOf,
  customer: customerOf,
  invoice: ({ invoiceId }, _args, ctx) => ctx.read.byId(invoices, invoiceId),
  amount: moneyColumn('amount'),
  refundedAmount: moneyColumn('refundedAmount'),
};
