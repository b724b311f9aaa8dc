import { count, sumByCurrency, type Capture } from '../capture/declare.ts';

const summary = 'billing_overview';
const money = 'billing_overview_money';

export const capture: Capture = {
  domain: 'billing',
  aggregates: [
    {
      table: 'subscriptions',
      summary,
      money,
      currency: 'currency',
      measures: {
        active_subscriptions: count("status = 'active'"),
        // The row carries what it was sold for, and the database the month's share of it, rounded.
        mrr: sumByCurrency('monthly_amount', "status = 'active'"),
      },
    },
    {
      table: 'invoices',
      summary,
      money,
      currency: 'currency',
      measures: {
        open_invoices: count("status = 'open'"),
        outstanding: sumByCurrency('total - amount_paid', "status = 'open'"),
      },
    },
  ],
  rows: [],
};
