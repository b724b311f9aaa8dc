/** Messages of a tenant of their own, put where only the tests deliver them: no event tells a worker. */
import { randomUUID } from 'node:crypto';

import { closeSql, connections, sql } from '../../platform/test/kit.ts';
import { deliver } from '../src/delivery/deliver.ts';
import { DeliveryError, type DeliveryProvider, type OutgoingMessage } from '../src/delivery/provider.ts';
import type { Providers } from '../src/delivery/providers.ts';

export const TENANT = 'globex';
const FROM = 'no-reply@metatron.example';

export const closeMessages = closeSql;

const nobody: Providers = { email: undefined, sms: undefined, push: undefined, in_app: undefined };

/** One attempt at a message, as a worker makes it. */
export const tryOnce = (id: string, provider: DeliveryProvider | undefined, attempt = 1, lastAttempt = false) =>
  deliver(
    { tenantId: TENANT, id },
    {
      attempt,
      lastAttempt,
      connections: connections(),
      providers: provider === undefined ? nobody : { ...nobody, [provider.channel]: provider },
      from: FROM,
    },
  );

/** A provider that takes what its script says, and remembers what it was given. */
export function scripted(
  channel: DeliveryProvider['channel'],
  outcomes: readonly ('taken' | DeliveryError['failure'])[] = [],
) {
  const given: OutgoingMessage[] = [];
  const provider: DeliveryProvider = {
    channel,
    name: 'scripted',
    deliver: (message) => {
      const outcome = outcomes[given.push(message) - 1] ?? 'taken';
      return outcome === 'taken'
        ? Promise.resolve({ providerMessageId: 'taken' })
        : Promise.reject(new DeliveryError(outcome, outcome, 'It said no.'));
    },
  };
  return { provider, given };
}

export interface MessageOptions {
  readonly channel?: string;
  readonly userId?: string | null;
  readonly address?: string | null;
  readonly category?: string;
  readonly isCritical?: boolean;
  readonly data?: object;
  readonly body?: string;
  readonly scheduledAt?: Date;
}

const TEMPLATE = `
WITH head AS (
  INSERT INTO notification_templates (tenant_id, id, key, channel, name, subject, body, status, published_version)
  VALUES ($1, $2, $3, $4, 'A test', 'For {{ name }}', $5, 'published', 1))
INSERT INTO notification_template_versions (tenant_id, template_id, version, subject, body, variables)
VALUES ($1, $2, 1, 'For {{ name }}', $5, '["name"]')`;
const MESSAGE = `
INSERT INTO notifications (tenant_id, id, user_id, recipient_address, channel, category, is_critical, template_id,
                           template_version, subject, body, data, dedupe_key, scheduled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 'For Ada', 'Dear Ada', $9, $11, $10)`;

const templates = new Map<string, Promise<string>>();

/** A published template of a channel, made when first used. */
function templateOf(channel: string, body: string): Promise<string> {
  const make = async (): Promise<string> => {
    const id = randomUUID();
    await sql('notifications', TEMPLATE, [TENANT, id, `t_${id}`, channel, body]);
    return id;
  };
  const template = templates.get(`${channel} ${body}`) ?? make();
  templates.set(`${channel} ${body}`, template);
  return template;
}

/** A message that waits to be delivered; to a mail address of its own unless something else is said. */
export async function queue(options: MessageOptions = {}): Promise<string> {
  const id = randomUUID();
  const { channel = 'email', userId = null, category = 'general', isCritical = false } = options;
  const { address = `${id}@example.com`, data = { name: 'Ada' }, body = '<p>Dear {{ name }}</p>' } = options;
  const templateId = await templateOf(channel, body);
  const to = [userId, address, channel, category, isCritical];
  await sql('notifications', MESSAGE, [TENANT, id, ...to, templateId, data, options.scheduledAt ?? null, id]);
  return id;
}

export interface State {
  readonly status: string;
  readonly error: string | null;
  /** Each attempt's number, end and error. */
  readonly attempts: readonly string[];
}

/** What has become of a message. */
export async function stateOf(id: string): Promise<State> {
  const [row] = await sql<State>(
    'notifications',
    `SELECT status, error_code AS error, ARRAY(
       SELECT concat_ws(' ', attempt, status, error_code) FROM delivery_attempts
        WHERE notification_id = $1 ORDER BY attempt) AS attempts
       FROM notifications WHERE id = $1`,
    [id],
  );
  if (row === undefined) throw new Error(`there is no message ${id}`);
  return row;
}
