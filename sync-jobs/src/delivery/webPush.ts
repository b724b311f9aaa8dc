/** Push messages to browsers (Web Push, RFC 8030), signed by VAPID and encrypted for the browser. */
import type { VapidKeys } from '@metatron/platform/vapid';
import type { Dispatcher } from 'undici';
import webPush from 'web-push';

import { post, requireTaken } from './http.ts';
import { isPublic, outsideDispatcher, requireOutside } from './outside.ts';
import { DeliveryError, type DeliveryProvider, type OutgoingMessage } from './provider.ts';

const DAY_SECONDS = 24 * 60 * 60;
/** A push service takes 4096 bytes; encryption and the frame need some. */
const MAX_BODY_BYTES = 3_000;

function shorten(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_BODY_BYTES
    ? text
    : `${new TextDecoder().decode(bytes.subarray(0, MAX_BODY_BYTES)).replace(/\uFFFD+$/, '')}…`;
}

const payloadOf = ({ id, subject, text }: OutgoingMessage): string =>
  JSON.stringify({ id, title: shorten(subject ?? text).slice(0, 255), body: shorten(text).slice(0, 2_000) });

export interface WebPushOptions {
  readonly keys: VapidKeys;
  /** Whom a push service may write to about us. */
  readonly contact: string;
  /** Which addresses an endpoint may be at; browsers' push services are on the open internet. */
  readonly allows?: (address: string) => boolean;
  readonly dispatcher?: Dispatcher;
}

export function webPushProvider(options: WebPushOptions): DeliveryProvider {
  const { keys, contact, allows = isPublic, dispatcher = outsideDispatcher(allows) } = options;
  const vapidDetails = { subject: `mailto:${contact}`, ...keys };
  return {
    channel: 'push',
    name: 'web-push',
    async deliver(message) {
      const { browser } = message.target;
      if (browser === undefined) throw new DeliveryError('permanent', 'no_browser', 'There is no browser to push to.');
      requireOutside(browser.endpoint, allows);
      const details = webPush.generateRequestDetails(browser, payloadOf(message), { vapidDetails, TTL: DAY_SECONDS });
      const headers = { ...details.headers };
      const answer = await post({ url: details.endpoint, headers, body: details.body, dispatcher });
      if (answer.status === 404 || answer.status === 410)
        throw new DeliveryError(
          'gone',
          `http_${String(answer.status)}`,
          'The push service no longer knows the browser.',
        );
      requireTaken(answer);
      return { providerMessageId: null };
    },
  };
}
