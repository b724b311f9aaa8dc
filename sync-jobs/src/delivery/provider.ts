/** What hands a message on to the world: one provider for each channel. */
import { JobError } from '../defineJob.ts';

export const channels = ['email', 'sms', 'push', 'in_app'] as const;

export type Channel = (typeof channels)[number];

/** Where a message goes: an address, a number, or a browser. */
export interface Target {
  /** What is kept of it: the address, the number, or the id of the browser's subscription. */
  readonly address: string;
  readonly browser?: Browser;
}

export interface Browser {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface OutgoingMessage {
  /** The notification's id: the same for every attempt, so that a provider may know it again. */
  readonly id: string;
  readonly target: Target;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
}

export interface Delivered {
  readonly providerMessageId: string | null;
}

export interface DeliveryProvider {
  readonly channel: Channel;
  /** Its name in the attempts. */
  readonly name: string;
  /** @throws DeliveryError when the message is not taken. */
  deliver(message: OutgoingMessage): Promise<Delivered>;
}

/** How a refusal ends: tried again, given up, or the target is no longer one. */
export type Failure = 'transient' | 'permanent' | 'gone';

/** Why a provider did not take a message, in words that name nobody. */
export class DeliveryError extends JobError {
  readonly code: string;
  readonly failure: Failure;

  constructor(failure: Failure, code: string, message: string) {
    super(message);
    this.name = 'DeliveryError';
    this.failure = failure;
    this.code = code;
  }
}
