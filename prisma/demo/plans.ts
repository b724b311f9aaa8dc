import { priceOf, toAmount } from './money.ts';
import { daysFrom, namedId } from './random.ts';
import type { Row, Statement } from './scene.ts';
import type { Story } from './story.ts';

/** A plan of the platform's catalogue, with the price that it has in each version. */
export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly interval: 'month' | 'year';
  readonly trialDays: number;
  /** Whether use is charged beside the price. */
  readonly metered: boolean;
  readonly isActive: boolean;
  /** In the currency's smallest unit; the first is version 1. */
  readonly prices: readonly [number, ...number[]];
  /** When the last version came into force. */
  readonly changedAt: Date;
}

const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'BHD'] as const;

const TIERS = [
  {
    name: 'Starter',
    dollars: 19,
    trialDays: 14,
    metered: false,
    isActive: true,
    features: { seats: 3, support: 'email' },
  },
  {
    name: 'Team',
    dollars: 79,
    trialDays: 14,
    metered: false,
    isActive: true,
    features: { seats: 15, support: 'email' },
  },
  {
    name: 'Business',
    dollars: 290,
    trialDays: 0,
    metered: true,
    isActive: true,
    features: { seats: 100, support: 'phone' },
  },
  // No longer sold, and still billed to those who have it.
  {
    name: 'Classic',
    dollars: 49,
    trialDays: 0,
    metered: false,
    isActive: false,
    features: { seats: 5, support: 'email' },
  },
] as const;

/** A year costs ten months; the price of Team was raised once. */
function pricesOf(name: string, dollars: number, interval: 'month' | 'year', currency: string): [number, ...number[]] {
  const price = priceOf(interval === 'year' ? dollars * 10 : dollars, currency);
  return name === 'Team' ? [priceOf((interval === 'year' ? dollars * 10 : dollars) * 0.87, currency), price] : [price];
}

/** The whole catalogue, which every tenant's customers subscribe to. */
export function catalogueOf(platform: Story): readonly Plan[] {
  return CURRENCIES.flatMap((currency) =>
    TIERS.flatMap(({ name, dollars, trialDays, metered, isActive }) =>
      (['month', 'year'] as const).map((interval): Plan => ({
        id: namedId(platform.createdAt, 'plan', name, interval, currency),
        name: `${name} (${interval}ly, ${currency})`,
        currency,
        interval,
        trialDays,
        metered,
        isActive,
        prices: pricesOf(name, dollars, interval, currency),
        changedAt: name === 'Team' ? daysFrom(platform.anchor, -150) : platform.createdAt,
      })),
    ),
  );
}

const featuresOf = ({ name }: Plan): Row => TIERS.find((tier) => name.startsWith(tier.name))?.features ?? {};

/** Each plan in its first version; the database itself keeps the versions. */
export function planRows(platform: Story): Row[] {
  return catalogueOf(platform).map((plan) => ({
    id: plan.id,
    name: plan.name,
    description: `Billed every ${plan.interval}, in ${plan.currency}`,
    amount: toAmount(plan.prices[0], plan.currency),
    currency: plan.currency,
    interval: plan.interval,
    trial_period_days: plan.trialDays,
    features: featuresOf(plan),
    is_active: plan.isActive,
    created_at: platform.createdAt,
    updated_at: platform.createdAt,
  }));
}

/** The prices that were raised, as second versions. */
export function planChanges(platform: Story): Statement {
  const changed = catalogueOf(platform).filter(({ prices }) => prices.length > 1);
  return {
    sql: `UPDATE plans p SET amount = r.amount, version = r.version, updated_at = r.at
          FROM jsonb_to_recordset($1::jsonb) AS r (id uuid, amount numeric, version integer, at timestamptz)
          WHERE p.id = r.id AND p.version < r.version`,
    rows: changed.map(({ id, currency, prices, changedAt }) => ({
      id,
      amount: toAmount(prices.at(-1) ?? prices[0], currency),
      version: prices.length,
      at: changedAt,
    })),
  };
}
