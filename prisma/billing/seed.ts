import { finalizeSteps, settleSteps } from '../demo/invoiceSteps.ts';
import { periodInvoice, singleInvoice, type Invoice } from '../demo/invoices.ts';
import { priceOf } from '../demo/money.ts';
import { catalogueOf, planChanges, planRows } from '../demo/plans.ts';
import { between, daysFrom } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';
import { settle } from '../demo/settlements.ts';
import { makeSubscription, type Subscription } from '../demo/subscriptions.ts';
import { usageOf, usageRow } from '../demo/usage.ts';

import { events } from './events.ts';

/** Older periods were billed before the platform kept the invoices. */
const KEPT_PERIODS = 4;

interface Account {
  readonly subscription: Subscription;
  readonly invoices: readonly Invoice[];
  readonly usage: readonly Row[];
}

/** A subscription's invoices, each charging the use of the period before its own. */
function accountOf(scene: Scene, subscription: Subscription): Account {
  const used = usageOf(scene, subscription);
  const billed = subscription.periods.slice(-KEPT_PERIODS).map((period, index, periods) => {
    const before = periods[index - 1];
    const charged = used.filter((usage) => usage.period.start.getTime() === before?.start.getTime());
    return { invoice: periodInvoice(scene, subscription, period, charged), charged };
  });
  const invoiceOf = new Map(
    billed.flatMap(({ invoice, charged }) => charged.map((usage) => [usage, invoice.id] as const)),
  );
  return {
    subscription,
    invoices: billed.map(({ invoice }) => invoice),
    usage: used.map((usage) => usageRow(scene, subscription, usage, invoiceOf.get(usage) ?? null)),
  };
}

function singles(scene: Scene): Invoice[] {
  const { faker, story } = scene;
  const buyers = story.customers.filter((_, index) => index % 8 === 0);
  return buyers.map((customer, index) =>
    singleInvoice(
      scene,
      customer,
      between(faker, customer.createdAt, daysFrom(story.anchor, -1)),
      priceOf(900, customer.currency),
      index % 3 !== 1,
    ),
  );
}

function factsOf({ platform }: Scene, subscriptions: readonly Subscription[]): Fact<typeof events>[] {
  return subscriptions.slice(0, 5).map(({ id, customer, plan, status, createdAt }): Fact<typeof events> => ({
    at: createdAt,
    actor: platform.members[0],
    role: 'superadmin',
    action: 'subscriptionCreate',
    event: { type: 'subscription.created', payload: { subscriptionId: id, status } },
    type: 'Subscription',
    id,
    after: { id, customerId: customer.id, planId: plan.id, status },
  }));
}

function* seedTenant(scene: Scene): Generator<Step> {
  const { story, platform, faker } = scene;
  const catalogue = catalogueOf(platform);
  const buyers = story.customers.filter(({ status }) => status === 'active' && faker.datatype.boolean(0.55));
  const accounts = [...buyers, ...story.customers.slice(0, buyers.length === 0 ? 1 : 0)].map((customer) =>
    accountOf(scene, makeSubscription(scene, customer, catalogue)),
  );
  const invoices = [...accounts.flatMap((account) => account.invoices), ...singles(scene)];
  const last = new Set(accounts.map((account) => account.invoices.at(-1)));
  const sent = invoices.flatMap((invoice) =>
    invoice.finalizedAt === undefined ? [] : { invoice, finalizedAt: invoice.finalizedAt },
  );
  const settlements = sent.map(({ invoice, finalizedAt }) => settle(scene, invoice, finalizedAt, last.has(invoice)));

  yield { table: 'subscriptions', rows: accounts.map(({ subscription }) => subscription.row) };
  yield { table: 'invoices', rows: invoices.map(({ row }) => row) };
  yield { table: 'invoice_lines', rows: invoices.flatMap(({ lines }) => lines) };
  yield* finalizeSteps(scene, sent);
  yield* settleSteps(scene, settlements);
  yield { table: 'usage_records', rows: accounts.flatMap(({ usage }) => usage) };
  yield* recordsOf(
    scene,
    events,
    factsOf(
      scene,
      accounts.map(({ subscription }) => subscription),
    ),
  );
}

/** The platform's catalogue; per tenant its subscriptions, their use, and invoices through their whole life. */
export const seed: DomainSeed = {
  tenant: seedTenant,
  *platform(scene) {
    const { platform } = scene;
    const [actor] = platform.members;
    yield { table: 'plans', rows: planRows(platform) };
    yield planChanges(platform);
    yield* recordsOf(
      scene,
      events,
      catalogueOf(platform)
        .slice(0, 5)
        .map(({ id, name }): Fact<typeof events> => ({
          at: platform.createdAt,
          actor,
          role: 'superadmin',
          action: 'planCreate',
          event: { type: 'plan.created', payload: { planId: id, version: 1 } },
          type: 'Plan',
          id,
          after: { id, name },
        })),
    );
  },
};
