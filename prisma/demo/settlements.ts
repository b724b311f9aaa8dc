import type { Invoice } from './invoices.ts';
import { toAmount } from './money.ts';
import { DAY, between, daysFrom, idAt, weighted } from './random.ts';
import type { Row, Scene } from './scene.ts';

/** How an invoice that was sent has ended so far. */
interface Settlement {
  readonly invoice: Invoice;
  readonly status: 'open' | 'paid' | 'void' | 'uncollectible';
  readonly at: Date;
  readonly method: string;
  readonly payments: readonly Row[];
}

const METHODS = ['card', 'sepa_debit', 'bank_transfer'] as const;

interface Attempt {
  readonly at: Date;
  readonly amount: number;
  readonly attempt: number;
  readonly failed?: boolean;
  readonly refunded?: number;
  readonly retryAt?: Date;
}

function paymentRow(
  { faker, story }: Scene,
  { id: invoiceId, customer, currency }: Invoice,
  method: string,
  { at, amount, attempt, failed = false, refunded = 0, retryAt }: Attempt,
): Row {
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    customer_id: customer.id,
    invoice_id: invoiceId,
    status: failed ? 'failed' : 'succeeded',
    amount: toAmount(amount, currency),
    refunded_amount: toAmount(refunded, currency),
    currency,
    method,
    provider: method === 'bank_transfer' ? null : 'stripe',
    provider_reference: method === 'bank_transfer' ? null : `pay-${faker.string.alphanumeric(16)}`,
    failure_code: failed ? 'insufficient_funds' : null,
    failure_message: failed ? 'The account does not cover the amount.' : null,
    attempt,
    next_retry_at: retryAt ?? null,
    succeeded_at: failed ? null : at,
    created_at: at,
    updated_at: at,
  };
}

type Outcome = 'paid' | 'retried' | 'open' | 'part' | 'failed' | 'void' | 'uncollectible';

/** Young invoices wait for their money; a customer in arrears has not paid the last one. */
function outcomeOf(
  { faker, story: { anchor } }: Scene,
  { subscription }: Invoice,
  finalizedAt: Date,
  isLast: boolean,
): Outcome {
  if (isLast && (subscription?.status === 'past_due' || subscription?.status === 'unpaid')) return 'failed';
  if (anchor.getTime() - finalizedAt.getTime() < 12 * DAY) return weighted(faker, { paid: 40, open: 60 });
  return weighted(faker, { paid: 80, retried: 8, open: 3, part: 3, void: 3, uncollectible: 3 });
}

function paymentsOf(
  scene: Scene,
  invoice: Invoice,
  outcome: Outcome,
  method: string,
  at: Date,
  finalizedAt: Date,
): Row[] {
  const {
    faker,
    story: { anchor },
  } = scene;
  const { total } = invoice;
  const pay = (attempt: Attempt): Row => paymentRow(scene, invoice, method, attempt);
  switch (outcome) {
    case 'paid':
      return [
        pay({ at, amount: total, attempt: 1, refunded: faker.datatype.boolean(0.03) ? Math.floor(total / 2) : 0 }),
      ];
    case 'retried':
      return [
        pay({ at: finalizedAt, amount: total, attempt: 1, failed: true }),
        pay({ at, amount: total, attempt: 2 }),
      ];
    case 'part':
      return [pay({ at, amount: Math.ceil(total / 3), attempt: 1 })];
    case 'failed':
      return [
        pay({ at: finalizedAt, amount: total, attempt: 1, failed: true }),
        pay({ at, amount: total, attempt: 2, failed: true, retryAt: daysFrom(anchor, 3) }),
      ];
    case 'uncollectible':
      return [pay({ at, amount: total, attempt: 1, failed: true })];
    case 'open':
    case 'void':
      return [];
  }
}

const STATUS: Readonly<Record<Outcome, Settlement['status']>> = {
  paid: 'paid',
  retried: 'paid',
  open: 'open',
  part: 'open',
  failed: 'open',
  void: 'void',
  uncollectible: 'uncollectible',
};

/** @param finalizedAt before the anchor */
export function settle(scene: Scene, invoice: Invoice, finalizedAt: Date, isLast: boolean): Settlement {
  const {
    faker,
    story: { anchor },
  } = scene;
  const outcome = outcomeOf(scene, invoice, finalizedAt, isLast);
  const days = Math.min(11, (anchor.getTime() - finalizedAt.getTime()) / DAY);
  const at = between(faker, finalizedAt, daysFrom(finalizedAt, days));
  const method = faker.helpers.arrayElement(METHODS);
  return {
    invoice,
    status: STATUS[outcome],
    at,
    method,
    payments: paymentsOf(scene, invoice, outcome, method, at, finalizedAt),
  };
}
