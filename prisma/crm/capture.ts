import { count, sum, sumByCurrency, type Capture } from '../capture/declare.ts';

const live = 'deleted_at IS NULL';
/** A lead that has become a deal is counted there. */
const openLead = `${live} AND stage_kind = 'open' AND converted_at IS NULL`;
const openDeal = `${live} AND stage_kind = 'open'`;
const wonDeal = `${live} AND stage_kind = 'won'`;

const summary = 'crm_summary';
const money = 'crm_summary_money';

export const capture: Capture = {
  domain: 'crm',
  aggregates: [
    { table: 'customers', summary, measures: { total_customers: count(live) } },
    {
      table: 'leads',
      summary,
      money,
      currency: 'currency',
      measures: {
        total_leads: count(live),
        open_leads: count(openLead),
        probability_sum: sum('probability', openLead),
        probability_count: count(`${openLead} AND probability IS NOT NULL`),
        pipeline_value: sumByCurrency('value', openLead),
      },
    },
    {
      table: 'deals',
      summary,
      money,
      currency: 'currency',
      measures: {
        open_deals: count(openDeal),
        deal_value: sumByCurrency('value', openDeal),
        won_value: sumByCurrency('value', wonDeal),
      },
    },
  ],
  rows: [],
};
