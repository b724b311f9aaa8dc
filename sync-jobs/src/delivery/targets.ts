/** Where a message goes, asked when it is sent: people change addresses and browsers. */
import type { Connections } from '@metatron/platform/database/connections';
import type pg from 'pg';

import type { Message } from './message.ts';
import { DeliveryError, type Target } from './provider.ts';

export interface Account {
  readonly email: string;
  readonly isActive: boolean;
  readonly displayName: string | null;
}

const ACCOUNT = `
SELECT email, is_active AS "isActive", display_name AS "displayName" FROM user_directory
 WHERE tenant_id = $1 AND id = $2`;

/** A user's account, as AUTH has it. */
export async function readAccount(
  connections: Connections,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
): Promise<Account | undefined> {
  const auth = connections.as('auth', { service: 'notifications', privilege: 'service' }, tenantId);
  const { rows } = await auth.query<Account>(ACCOUNT, [tenantId, userId]);
  return rows[0];
}

const BROWSERS = `
SELECT id AS address, json_build_object('endpoint', endpoint, 'keys',
         json_build_object('p256dh', p256dh, 'auth', auth)) AS browser
  FROM push_subscriptions WHERE tenant_id = $1 AND user_id = $2 AND expired_at IS NULL ORDER BY id`;

async function mailTargets(connections: Connections, message: Message): Promise<readonly Target[]> {
  const { tenantId, userId, recipientAddress } = message;
  if (userId === null) return recipientAddress === null ? [] : [{ address: recipientAddress }];
  const account = await readAccount(connections, { tenantId, userId });
  // Who is invited is not active yet, and hears of it by a critical mail.
  const reachable = account !== undefined && (account.isActive || message.isCritical);
  return reachable ? [{ address: account.email }] : [];
}

/** Every place that the message goes to; none when its recipient cannot be reached by the channel. */
export async function readTargets(connections: Connections, db: pg.Pool, message: Message): Promise<readonly Target[]> {
  const { tenantId, userId, recipientAddress, channel } = message;
  switch (channel) {
    case 'email':
      return mailTargets(connections, message);
    case 'push':
      return (await db.query<Target>(BROWSERS, [tenantId, userId])).rows;
    case 'sms':
      return recipientAddress === null ? [] : [{ address: recipientAddress }];
    case 'in_app':
      return userId === null ? [] : [{ address: userId }];
  }
}

export const unreachable = (): DeliveryError =>
  new DeliveryError('permanent', 'no_target', 'The recipient has nowhere that this channel reaches.');
