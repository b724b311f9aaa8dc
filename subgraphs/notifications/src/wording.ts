/** The words of a message, made from what is published. */
import { Refusal, type UserError } from '@metatron/platform/errors';
import { TemplateError } from '@metatron/platform/template';
import { FillingError, fillWords } from '@metatron/platform/templateWords';
import type { NotificationTemplateVersion } from '@metatron/prisma/notifications/client';

import type { Tx } from './context.ts';
import type { NotificationTemplateRow } from './mappers.ts';

export interface TemplateName {
  readonly tenantId: string;
  readonly key: string;
  readonly channel: string;
  readonly locale: string;
}

/** `de-CH`, then `de`, then `en`. */
const languages = (locale: string): string[] => [locale, locale.split('-')[0] ?? locale, 'en'];

interface Published {
  readonly template: NotificationTemplateRow;
  readonly version: NotificationTemplateVersion;
}

const FIND = `
SELECT id FROM notification_templates
WHERE tenant_id = $1 AND key = $2 AND channel = $3 AND locale = ANY($4::text[])
ORDER BY status = 'published' DESC, array_position($4::text[], locale::text) LIMIT 1 FOR SHARE`;

/** The version in force, which no one archives before the message is made. */
export async function findPublished(tx: Tx, { tenantId, key, channel, locale }: TemplateName): Promise<Published> {
  const [found] = await tx.$queryRawUnsafe<{ id: string }[]>(FIND, tenantId, key, channel, languages(locale));
  if (found === undefined)
    throw new Refusal('NOT_FOUND', 'The tenant has no such template for this channel.', 'template');
  const template = await tx.notificationTemplate.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: found.id } },
    include: { published: true },
  });
  const { published, ...row } = template;
  if (row.status !== 'published' || published === null)
    throw new Refusal('CONFLICT', `The template is ${row.status.toUpperCase()}: publish it first.`, 'template');
  return { template: row, version: published };
}

/**
 * A message's words as people read them.
 * @throws Refusal INVALID at each value that is missing, unknown or of the wrong kind.
 */
export function wordsOf(
  { channel }: NotificationTemplateRow,
  version: NotificationTemplateVersion,
  data: Readonly<Record<string, unknown>>,
): { readonly subject: string | null; readonly body: string } {
  try {
    const { subject, text } = fillWords({ ...version, channel }, data);
    return { subject, body: text };
  } catch (error) {
    if (error instanceof FillingError)
      throw Refusal.of(
        error.faults.map(({ name, message }): UserError => ({ field: ['data', name], code: 'INVALID', message })),
      );
    if (error instanceof TemplateError)
      throw new Refusal('INVALID', `The template cannot be filled: ${error.message}.`, 'data');
    throw error;
  }
}
