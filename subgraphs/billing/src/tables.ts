import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/billing/client';

import type {
  CustomerSubscriptionRow,
  InvoiceLineRow,
  InvoiceRow,
  PaymentRow,
  PlanRow,
  UsageRecordRow,
} from './mappers.ts';

export const plans = defineTable<PlanRow>('Plan', 'plans', Prisma.PlanScalarFieldEnum, { tenancy: 'none' });
export const subscriptions = defineTable<CustomerSubscriptionRow>(
  'CustomerSubscription',
  'subscriptions',
  Prisma.SubscriptionScalarFieldEnum,
);
export const invoices = defineTable<InvoiceRow>('Invoice', 'invoices', Prisma.InvoiceScalarFieldEnum);
export const invoiceLines = defineTable<InvoiceLineRow>(
  'InvoiceLine',
  'invoice_lines',
  Prisma.InvoiceLineScalarFieldEnum,
);
export const payments = defineTable<PaymentRow>('Payment', 'payments', Prisma.PaymentScalarFieldEnum);
export const usageRecords = defineTable<UsageRecordRow>(
  'UsageRecord',
  'usage_records',
  Prisma.UsageRecordScalarFieldEnum,
);
