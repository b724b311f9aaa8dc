/** Text messages through whatever provider takes a signed POST (standardwebhooks.com). */
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

import { post, requireTaken } from './http.ts';
import type { DeliveryProvider } from './provider.ts';

const taken = z.object({ id: z.string().max(255) });

/** The provider's own id of the message, where it gives one. */
function idIn(text: string): string | null {
  try {
    return taken.safeParse(JSON.parse(text)).data?.id ?? null;
  } catch {
    return null;
  }
}

/** The address comes from the configuration and from nobody else. */
export function smsWebhookProvider(url: string, secret: string): DeliveryProvider {
  const webhook = new Webhook(secret);
  return {
    channel: 'sms',
    name: 'webhook',
    async deliver({ id, target, text }) {
      const at = new Date();
      const body = JSON.stringify({ type: 'sms', timestamp: at.toISOString(), data: { to: target.address, text } });
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': webhook.sign(id, at, body),
      };
      const answer = await post({ url, headers, body });
      requireTaken(answer);
      return { providerMessageId: idIn(answer.text) };
    },
  };
}
