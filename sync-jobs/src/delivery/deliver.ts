/** Brings one message to its recipient. Safe to be called again, and by two at once. */
import type { Connections } from '@metatron/platform/database/connections';
import { TemplateError } from '@metatron/platform/template';
import { FillingError, fillWords, type Words } from '@metatron/platform/templateWords';

import type { Attempt } from '../defineJob.ts';
import { retryDelayMs } from '../retries.ts';

import { beginAttempt, type Claim } from './claim.ts';
import { isOpen } from './deliveryStates.ts';
import { messagesOf, readMessage, type Message, type MessageReference } from './message.ts';
import { endWithFailure, endWithSuccess, forgetTargets, type Accepted, type Sent } from './outcome.ts';
import { DeliveryError, type DeliveryProvider, type Target } from './provider.ts';
import type { Providers } from './providers.ts';
import { readTargets, unreachable } from './targets.ts';

export interface Delivery extends Attempt {
  readonly connections: Connections;
  readonly providers: Providers;
  readonly from: string;
  /** The words of a message that keeps none, since they carry a secret. */
  readonly words?: Words;
}

/** @throws DeliveryError when the words cannot be made any more. */
function wordsOf({ channel, source, data }: Message, given: Words | undefined): Words {
  if (given !== undefined) return given;
  try {
    if (source !== null) return fillWords({ ...source, channel }, data);
  } catch (error) {
    if (!(error instanceof FillingError || error instanceof TemplateError)) throw error;
  }
  throw new DeliveryError('permanent', 'no_words', 'The template cannot be filled.');
}

interface HandedOver {
  readonly accepted: readonly Accepted[];
  readonly gone: readonly Target[];
  /** Of the targets that did not take it, what one of them said. */
  readonly error: DeliveryError | undefined;
}

const toDeliveryError = (error: unknown): DeliveryError =>
  error instanceof DeliveryError
    ? error
    : new DeliveryError('transient', 'provider_failed', `The provider failed (${(error as Error).name}).`);

/** One that may yet take it counts more than one that never will. */
const worse = (one: DeliveryError | undefined, other: DeliveryError): DeliveryError =>
  one?.failure === 'transient' ? one : other;

async function handOver(
  provider: DeliveryProvider,
  { id }: Message,
  targets: readonly Target[],
  words: Words,
): Promise<HandedOver> {
  const accepted: Accepted[] = [];
  const gone: Target[] = [];
  let error: DeliveryError | undefined;
  for (const target of targets) {
    try {
      accepted.push({ target, ...(await provider.deliver({ id, target, ...words })) });
    } catch (thrown) {
      const failure = toDeliveryError(thrown);
      if (failure.failure === 'gone') gone.push(target);
      error = worse(error, failure);
    }
  }
  return { accepted, gone, error };
}

interface Try {
  readonly message: Message;
  readonly targets: readonly Target[];
  readonly provider: DeliveryProvider | undefined;
  readonly claim: Claim;
}

/** @throws DeliveryError when no target took it. */
async function attempt({ message, targets, provider, claim }: Try, delivery: Delivery): Promise<void> {
  const db = messagesOf(delivery.connections, message.tenantId);
  if (provider === undefined)
    throw new DeliveryError('permanent', 'not_configured', `No provider is configured for ${message.channel}.`);
  if (targets.length === 0) throw unreachable();
  const words = wordsOf(message, delivery.words);
  const sent: Sent = { provider: provider.name, from: delivery.from, words };
  const { accepted, gone, error } = await handOver(provider, message, targets, words);
  if (gone.length > 0) await forgetTargets(db, message, sent, gone);
  // A message that one device has is not sent again for the others.
  if (accepted.length > 0) await endWithSuccess(db, message, claim, sent, accepted);
  else throw error ?? unreachable();
}

/**
 * Makes one attempt at a message, unless it is done with, waits for its time, or is not wanted.
 * @throws DeliveryError for a failure that another attempt may mend, and for that of the last one.
 */
export async function deliver(reference: MessageReference, delivery: Delivery): Promise<void> {
  const { connections, providers, words, lastAttempt } = delivery;
  const db = messagesOf(connections, reference.tenantId);
  const message = await readMessage(db, reference);
  if (message === undefined || !isOpen(message.status)) return;
  if (message.scheduledAt !== null && message.scheduledAt.getTime() > Date.now()) return;
  if (message.bodyWithheld && words === undefined) return;
  const targets = await readTargets(connections, db, message);
  const provider = providers[message.channel];
  const claim = await beginAttempt(db, { message, targets, provider: provider?.name ?? 'none' });
  if (claim === undefined) return;
  try {
    await attempt({ message, targets, provider, claim }, delivery);
  } catch (error) {
    // A fault of ours is no word of the provider's: the attempt stays open until it counts as lost.
    if (!(error instanceof DeliveryError)) throw error;
    const again = error.failure === 'transient' && !lastAttempt;
    const retryAt = again ? new Date(Date.now() + retryDelayMs(delivery.attempt)) : null;
    await endWithFailure(db, message, claim, { error, retryAt });
    if (error.failure === 'transient') throw error;
  }
}
