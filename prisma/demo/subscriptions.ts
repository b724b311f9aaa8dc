import { monthsFrom, type Period } from '../billing/periods.ts';

import { toAmount } from './money.ts';
import type { Plan } from './plans.ts';
import { between, daysFrom, idAt, weighted } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Customer } from './story.ts';

type Status = 'trialing' | 'active' | 'past_due' | 'unpaid' | 'paused' | 'cancelled';

export interface Subscription {
  readonly id: string;
  readonly customer: Customer;
  readonly plan: Plan;
  readonly status: Status;
  readonly quantity: number;
  /** Price of one, in the currency's smallest unit. */
  readonly price: number;
  /** All periods so far, the current one last; none during a trial. */
  readonly periods: readonly Period[];
  readonly createdAt: Date;
  readonly row: Row;
}

/** The periods from the anchor to the one that holds the instant. */
function periodsOf(anchor: Date, { interval }: Plan, until: Date): [Period, ...Period[]] {
  const length = interval === 'year' ? 12 : 1;
  const period = (index: number): Period => ({
    start: monthsFrom(anchor, index * length),
    end: monthsFrom(anchor, (index + 1) * length),
  });
  const periods: [Period, ...Period[]] = [period(0)];
  while ((periods.at(-1) ?? periods[0]).end <= until) periods.push(period(periods.length));
  return periods;
}

interface Course {
  readonly status: Status;
  readonly start: Date;
  readonly trialEnd: Date | null;
  readonly endedAt: Date | null;
}

/** From the first day to today's state; a trial that has just begun still runs. */
function courseOf({ faker, story: { anchor } }: Scene, customer: Customer, plan: Plan): Course {
  const start = between(faker, customer.createdAt, daysFrom(anchor, -1));
  const trialEnd = plan.trialDays === 0 ? null : daysFrom(start, plan.trialDays);
  if (trialEnd !== null && trialEnd > anchor) return { status: 'trialing', start, trialEnd, endedAt: null };
  const status = weighted(faker, { active: 76, past_due: 6, unpaid: 3, paused: 4, cancelled: 11 });
  const endedAt = status === 'cancelled' ? between(faker, trialEnd ?? start, anchor) : null;
  return { status, start, trialEnd, endedAt };
}

/** What was sold is the version of its day. */
const versionAt = ({ prices, changedAt }: Plan, at: Date): number => (at < changedAt ? 1 : prices.length);

function cancellation({ faker, story: { anchor } }: Scene, { status, endedAt }: Course): Row {
  const reason = faker.helpers.arrayElement([
    'Too expensive',
    'Missing features',
    'No longer needed',
    'Went to another supplier',
  ]);
  if (endedAt !== null) return { cancel_at_period_end: false, cancelled_at: endedAt, cancel_reason: reason };
  if (status === 'active' && faker.datatype.boolean(0.05))
    return { cancel_at_period_end: true, cancelled_at: daysFrom(anchor, -1), cancel_reason: reason };
  return { cancel_at_period_end: false, cancelled_at: null, cancel_reason: null };
}

/** Most pay by the month; few still have a plan that is no longer sold. */
function choosePlan({ faker }: Scene, customer: Customer, catalogue: readonly Plan[]): Plan {
  const interval = weighted(faker, { month: 80, year: 20 });
  const isActive = faker.datatype.boolean(0.92);
  return faker.helpers.arrayElement(
    catalogue.filter(
      (plan) => plan.currency === customer.currency && plan.interval === interval && plan.isActive === isActive,
    ),
  );
}

export function makeSubscription(scene: Scene, customer: Customer, catalogue: readonly Plan[]): Subscription {
  const { faker, story } = scene;
  const plan = choosePlan(scene, customer, catalogue);
  const course = courseOf(scene, customer, plan);
  const { status, start, trialEnd, endedAt } = course;
  const version = versionAt(plan, start);
  const price = plan.prices[version - 1] ?? plan.prices[0];
  const trial: Period | undefined = trialEnd === null ? undefined : { start, end: trialEnd };
  const periods = status === 'trialing' ? [] : periodsOf(trialEnd ?? start, plan, endedAt ?? story.anchor);
  const current = periods.at(-1) ?? trial ?? { start, end: daysFrom(start, 30) };
  const [id, quantity] = [idAt(faker, start), faker.helpers.arrayElement([1, 1, 1, 2, 3, 5])];
  return {
    id,
    customer,
    plan,
    status,
    quantity,
    price,
    periods,
    createdAt: start,
    row: {
      tenant_id: story.plan.id,
      id,
      customer_id: customer.id,
      plan_id: plan.id,
      plan_version: version,
      status,
      quantity,
      amount: toAmount(price, plan.currency),
      currency: plan.currency,
      interval: plan.interval,
      trial_start: trial?.start ?? null,
      trial_end: trial?.end ?? null,
      billing_anchor: trialEnd ?? start,
      current_period_start: current.start,
      current_period_end: current.end,
      ...cancellation(scene, course),
      contact_id: faker.helpers.arrayElement(story.members).id,
      metadata: {},
      created_at: start,
      updated_at: endedAt ?? current.start,
    },
  };
}
