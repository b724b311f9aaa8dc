import type { Connection } from '@metatron/platform/read/connection';
import type { Invoice, InvoiceLine, Payment, Plan, Subscription, UsageRecord } from '@metatron/prisma/billing/client';

export type PlanRow = Plan;
export type CustomerSubscriptionRow = Subscription;
export type InvoiceRow = Invoice;
export type InvoiceLineRow = InvoiceLine;
export type PaymentRow = Payment;
export type UsageRecordRow = UsageRecord;

export type PlanConnectionRow = Connection<PlanRow>;
export type CustomerSubscriptionConnectionRow = Connection<CustomerSubscriptionRow>;
export type InvoiceConnectionRow = Connection<InvoiceRow>;
export type InvoiceLineConnectionRow = Connection<InvoiceLineRow>;
export type PaymentConnectionRow = Connection<PaymentRow>;
export type UsageRecordConnectionRow = Connection<UsageRecordRow>;

export interface TenantRow {
  readonly id: string;
}

export interface CustomerRow {
  readonly id: string;
}

export interface UserRow {
  readonly id: string;
}
