/** The mails that carry a link which lets its reader in: their words, and what is kept of them. */
import type { Connections } from '@metatron/platform/database/connections';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import { renderTemplate, TemplateError } from '@metatron/platform/template';
import { FillingError, fillWords, type TemplateSource, type Words } from '@metatron/platform/templateWords';
import { readVariables } from '@metatron/platform/templateVariables';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

import { messagesOf } from './message.ts';
import type { Account } from './targets.ts';

export const authMailTypes = ['password.reset_requested', 'user.invited', 'email.verification_requested'] as const;

export type AuthMailType = (typeof authMailTypes)[number];

interface AuthMail {
  /** The platform's own template, which superadmins may edit. */
  readonly key: string;
  readonly subject: string;
  readonly body: string;
}

/** The words where the platform has no published template, or one that cannot be filled. */
const MAILS: Readonly<Record<AuthMailType, AuthMail>> = {
  'password.reset_requested': {
    key: 'password_reset',
    subject: 'Set a new password',
    body: '<p>Hello {{ name }},</p><p><a href="{{ link }}">Set a new password</a>. If you did not ask for this, leave it: nothing changes.</p>',
  },
  'user.invited': {
    key: 'invitation',
    subject: 'You are invited',
    body: '<p>Hello {{ name }},</p><p>you have an account with {{ tenant }}. <a href="{{ link }}">Choose your password</a> to use it.</p>',
  },
  'email.verification_requested': {
    key: 'email_verification',
    subject: 'Confirm your address',
    body: '<p>Hello {{ name }},</p><p><a href="{{ link }}">Confirm that this address is yours</a>.</p>',
  },
};

const PUBLISHED = `
SELECT 'email' AS channel, v.subject, v.body, v.variables
  FROM notification_templates t
  JOIN notification_template_versions v
    ON v.tenant_id = t.tenant_id AND v.template_id = t.id AND v.version = t.published_version
 WHERE t.tenant_id = $1 AND t.key = $2 AND t.channel = 'email' AND t.locale = 'en' AND t.status = 'published'`;

export interface AuthLink {
  readonly type: AuthMailType;
  readonly link: string;
  readonly tenantId: string;
  readonly account: Account;
}

/** A subject is stored and logged: it is filled without the link, and one that asks for it is refused. */
function fill({ subject, ...source }: TemplateSource, { link, tenantId, account }: AuthLink): Words {
  const known = { name: account.displayName ?? account.email, tenant: tenantId };
  const line = subject === null ? null : renderTemplate(subject, known, 'text').replaceAll(/\s+/g, ' ').trim();
  const declared = readVariables(source.variables).map(({ name }) => name);
  const data = Object.entries({ ...known, link }).filter(([name]) => declared.includes(name));
  const words = fillWords({ ...source, subject: null }, Object.fromEntries(data));
  if (!words.text.includes(link)) throw new TemplateError('the mail shows no link');
  return { ...words, subject: line };
}

/** A mail's words, with its link. */
export async function wordsOfAuthMail(connections: Connections, mail: AuthLink): Promise<Words> {
  const { key, subject, body } = MAILS[mail.type];
  const { rows } = await messagesOf(connections, PLATFORM_TENANT).query<TemplateSource>(PUBLISHED, [
    PLATFORM_TENANT,
    key,
  ]);
  try {
    if (rows[0] !== undefined) return fill(rows[0], mail);
  } catch (error) {
    // Whoever forgot the password is not to wait for the template to be mended.
    if (!(error instanceof TemplateError || error instanceof FillingError)) throw error;
  }
  return fill({ channel: 'email', subject, body, variables: ['name', 'tenant', 'link'] }, mail);
}

const RECORD = `
INSERT INTO notifications
  (tenant_id, id, user_id, channel, category, is_critical, template_key, subject, body_withheld, dedupe_key)
VALUES ($1, $2, $3, 'email', 'security', true, $4, $5, true, $6)
ON CONFLICT ON CONSTRAINT notifications_dedupe_key DO NOTHING`;
const RECORDED = `
SELECT id FROM notifications WHERE tenant_id = $1 AND dedupe_key = $2 AND user_id = $3 AND channel = 'email'`;

export interface AuthMailRecord {
  readonly tenantId: string;
  readonly userId: string;
  readonly type: AuthMailType;
  readonly tokenId: string;
  readonly subject: string | null;
}

/** The message as it is kept, without its text; the same one for every attempt at a link. */
export async function recordAuthMail(
  db: pg.Pool,
  { tenantId, userId, type, tokenId, subject }: AuthMailRecord,
): Promise<string> {
  const dedupeKey = `${type}:${tokenId}`;
  await db.query(RECORD, [tenantId, uuidv7(), userId, MAILS[type].key, subject, dedupeKey]);
  const { rows } = await db.query<{ id: string }>(RECORDED, [tenantId, dedupeKey, userId]);
  const [row] = rows;
  if (row === undefined) throw new Error('the message was not recorded');
  return row.id;
}
