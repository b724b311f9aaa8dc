import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Capture } from './declare.ts';
import { createEpoch, createOutboxes } from './outbox.ts';
import { createTriggers } from './triggers.ts';

const HEADER = `-- Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the declaration, not
-- this file. Outboxes are the owner's and the relay's alone, who crosses tenants: no row security.`;

/**
 * cdx alone: what every domain's relay appends audit entries with, as it was at first; cdx's migration
 * `audit_chain` has it as it is. Who may is granted with all other rights.
 */
const createAuditLog = (): string => readFileSync(join(import.meta.dirname, 'auditLog.sql'), 'utf8').trimEnd();

/** The script that installs a domain's capture. */
export function captureMigration(capture: Capture): string {
  const parts = [HEADER, createEpoch(capture), ...createOutboxes(capture), ...createTriggers(capture)];
  return `${[...parts, ...(capture.domain === 'cdx' ? [createAuditLog()] : [])].join('\n\n')}\n`;
}
