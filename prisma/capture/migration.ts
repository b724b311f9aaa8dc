import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { rightsRole } from '@metatron/platform/access/databaseRoles';
import { domains } from '@metatron/platform/domains';

import type { Capture } from './declare.ts';
import { createEpoch, createOutboxes } from './outbox.ts';
import { createTriggers } from './triggers.ts';

const HEADER = `-- Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the declaration, not
-- this file. Outboxes are the owner's and the relay's alone, who crosses tenants: no row security.`;

/** cdx alone: what every domain's relay appends audit entries with. */
function createAuditLog(): string {
  const relays = domains.map((domain) => rightsRole(domain, 'sync')).join(', ');
  return `${readFileSync(join(import.meta.dirname, 'auditLog.sql'), 'utf8')}GRANT EXECUTE ON FUNCTION audit_log_append(text, jsonb) TO ${relays};`;
}

/** The script that installs a domain's capture. */
export function captureMigration(capture: Capture): string {
  const parts = [HEADER, createEpoch(capture), ...createOutboxes(capture), ...createTriggers(capture)];
  return `${[...parts, ...(capture.domain === 'cdx' ? [createAuditLog()] : [])].join('\n\n')}\n`;
}
