import type { Environment } from '@metatron/platform/env';
import type { Logger } from '@metatron/platform/log';
import { readVapidKeys } from '@metatron/platform/vapid';

import { mailProvider } from './mail.ts';
import type { Channel, DeliveryProvider } from './provider.ts';
import { smsWebhookProvider } from './smsWebhook.ts';
import { webPushProvider } from './webPush.ts';

/** The provider of each channel; undefined where none is configured. */
export type Providers = Readonly<Record<Channel, DeliveryProvider | undefined>>;

/** The inbox is the notifications themselves: what is there has arrived. */
const inbox: DeliveryProvider = {
  channel: 'in_app',
  name: 'inbox',
  deliver: () => Promise.resolve({ providerMessageId: null }),
};

function smsProvider({ smsWebhookUrl, smsWebhookSecret }: Environment): DeliveryProvider | undefined {
  if (smsWebhookUrl === undefined || smsWebhookSecret === undefined) return undefined;
  return smsWebhookProvider(smsWebhookUrl, smsWebhookSecret);
}

export function openProviders(environment: Environment, log: Logger): Providers {
  return {
    email: mailProvider(environment, log),
    sms: smsProvider(environment),
    push: webPushProvider({ keys: readVapidKeys(environment.vapidKeysFile), contact: environment.mailFrom }),
    in_app: inbox,
  };
}

const opened = new WeakMap<Environment, Providers>();

/** One set for a process, opened when the first message leaves. */
export function providersOf({
  environment,
  log,
}: {
  readonly environment: Environment;
  readonly log: Logger;
}): Providers {
  const providers = opened.get(environment) ?? openProviders(environment, log);
  opened.set(environment, providers);
  return providers;
}
