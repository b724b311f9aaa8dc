import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { z } from 'zod';

const tenant = eventKind({ tenantId: z.string() });
const client = eventKind({ clientId: id });

/** What happens in CDX. */
export const events = defineEvents('cdx', {
  'tenant.created': tenant,
  'tenant.updated': tenant,
  'tenant.suspended': tenant,
  'tenant.resumed': tenant,
  'client.created': client,
  'client.updated': client,
  'config.set': eventKind({ key: z.string() }),
  'deadLetter.retry_requested': eventKind({ deadLetterId: id }),
  'sync.rebuild_requested': eventKind({ runId: id }),
});
