import { toAmount } from './money.ts';
import { idAt, within } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Period } from '../billing/periods.ts';

import type { Subscription } from './subscriptions.ts';

/** What was used of one metric in one period, with its price in the currency. */
export interface Usage {
  readonly id: string;
  readonly metric: string;
  readonly quantity: number;
  /** In the currency's smallest unit, for a thousand. */
  readonly perThousand: number;
  readonly period: Period;
  readonly recordedAt: Date;
}

const METRICS = [
  { metric: 'api_calls', least: 2_000, most: 90_000, perThousand: 5 },
  { metric: 'storage_gb', least: 5, most: 400, perThousand: 9_000 },
] as const;

/** The use of a period; of the current one, what has been metered so far. */
export function usageOf({ faker, story }: Scene, { plan, periods }: Subscription): Usage[] {
  if (!plan.metered || plan.interval === 'year') return [];
  return periods.slice(-4).flatMap((period) =>
    METRICS.map(({ metric, least, most, perThousand }): Usage => {
      const recordedAt = period.end < story.anchor ? period.end : within(faker, 1, story.anchor);
      return {
        id: idAt(faker, recordedAt),
        metric,
        quantity: faker.number.int({ min: least, max: most }),
        perThousand,
        period,
        recordedAt,
      };
    }),
  );
}

/** What the use comes to, rounded to the currency's smallest unit. */
export const charge = ({ quantity, perThousand }: Usage): number => Math.round((quantity * perThousand) / 1000);

export function usageRow(
  { story }: Scene,
  { id: subscriptionId, customer, plan }: Subscription,
  usage: Usage,
  invoiceId: string | null,
): Row {
  const { id, metric, quantity, perThousand, period, recordedAt } = usage;
  return {
    tenant_id: story.plan.id,
    id,
    customer_id: customer.id,
    subscription_id: subscriptionId,
    metric,
    quantity,
    unit_price: toAmount(perThousand, plan.currency, 3),
    currency: plan.currency,
    dedupe_id: `${subscriptionId}:${metric}:${period.start.toISOString()}`,
    period_start: period.start,
    period_end: period.end,
    invoice_id: invoiceId,
    recorded_at: recordedAt,
    created_at: recordedAt,
  };
}
