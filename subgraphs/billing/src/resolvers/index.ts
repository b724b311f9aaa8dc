import type { Resolvers } from '../generated/types.ts';

import { Customer } from './Customer.ts';
import { CustomerSubscription } from './CustomerSubscription.ts';
import { Invoice } from './Invoice.ts';
import { InvoiceLine } from './InvoiceLine.ts';
import { Mutation } from './Mutation.ts';
import { Payment } from './Payment.ts';
import { Plan } from './Plan.ts';
import { Query } from './Query.ts';
import { Tenant } from './Tenant.ts';
import { UsageRecord } from './UsageRecord.ts';

export const resolvers: Resolvers = {
  Customer,
  CustomerSubscription,
  Invoice,
  InvoiceLine,
  Mutation,
  Payment,
  Plan,
  Query,
  Tenant,
  UsageRecord,
};
