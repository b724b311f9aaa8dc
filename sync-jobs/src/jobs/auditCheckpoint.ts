import { reportIncidents } from '@metatron/platform/incidents/incident';
import {
  appendCheckpoint,
  checkpointFile,
  lastCheckpoint,
  signCheckpoint,
} from '@metatron/prisma/cdx/audit/checkpoints';
import { verifyAudit, type AuditBreak } from '@metatron/prisma/cdx/audit/verify';
import type pg from 'pg';
import { z } from 'zod';

import { defineJob, JobError, type JobContext } from '../defineJob.ts';
import { inTransaction } from '../transaction.ts';

/** What is cut from the log's end within this leaves no trace but in the domains' own records. */
const EVERY_MS = 30_000;

type Signing = Pick<JobContext, 'connections' | 'keys' | 'environment'>;

/** One worker at a time appends to the file. */
const LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit_checkpoint', 0)) AS mine";

/**
 * Signs the log's end when it has moved on, or the signing key has changed; only after everything since
 * the last checkpoint is verified, so that no signature ever covers what is broken.
 */
async function sign(cdx: pg.PoolClient, { keys, environment }: Signing): Promise<AuditBreak | null> {
  const { rows } = await cdx.query<{ mine: boolean }>(LOCK);
  if (rows[0]?.mine !== true) return null;
  const { dataDirectory } = environment;
  const file = checkpointFile(dataDirectory);
  const last = lastCheckpoint(file);
  const { head, firstBroken } = await verifyAudit({ cdx, keys, dataDirectory, from: last?.seq ?? 1 });
  if (firstBroken !== null || head === null) return firstBroken;
  if (head.seq === last?.seq && last.keyId === keys.currentKeyId) return null;
  appendCheckpoint(file, signCheckpoint(keys, { ...head, at: new Date().toISOString() }));
  return null;
}

/** @throws JobError when the log is not what was signed of it; superadmins then find an incident. */
export async function signAuditLog(context: Signing): Promise<void> {
  const cdx = context.connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
  const broken = await inTransaction(cdx, (client) => sign(client, context));
  if (broken === null) return;
  const now = new Date();
  const seen = { count: 1, firstAt: now, lastAt: now, actorId: null, ipAddress: null };
  const incident = { ...seen, kind: 'audit_log_broken', severity: 'critical', caller: 'sync-jobs' } as const;
  await reportIncidents(context.connections, 'cdx', [{ ...incident, tenantId: 'platform', details: { ...broken } }]);
  throw new JobError(`the audit log is broken at entry ${String(broken.seq)} (${broken.reason}): nothing is signed`);
}

/** Signs where the audit log ends, outside the database. */
export const auditCheckpoint = defineJob({
  name: 'auditCheckpoint',
  schema: z.object({}),
  schedules: [{ id: 'auditCheckpoint', everyMs: EVERY_MS, data: {} }],
  handler: (_input, context) => signAuditLog(context),
});
