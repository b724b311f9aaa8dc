/** What has failed for good is kept in cdx, for a superadmin to look at and to send again. */
import type { Logger } from '@metatron/platform/log';
import { UnrecoverableError } from 'bullmq';
import type pg from 'pg';

import { JobError } from '../defineJob.ts';

export interface Letter {
  /** `platform` for what concerns no tenant. */
  readonly tenantId: string;
  /** The domain that it comes from. */
  readonly source: string;
  /** What it is about, within the source: a second failure of the same joins the first. */
  readonly ref: string;
  /** The job that runs it again. */
  readonly job: string;
  /** What that job needs: ids, never data. */
  readonly payload: object;
}

export interface Failure {
  readonly error: unknown;
  /** How often it has been tried. */
  readonly attempts: number;
}

const SET_ASIDE = `
INSERT INTO dead_letters (tenant_id, id, source, source_ref, job, payload, error, attempts)
VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, source, source_ref) DO UPDATE
  SET status = 'open', payload = excluded.payload, error = excluded.error, resolved_by = NULL, resolved_at = NULL,
      attempts = dead_letters.attempts + excluded.attempts, updated_at = now()`;

/** What may be kept of a failure: a stranger's message may hold what a row or a mail holds. */
export function failureOf(error: unknown): string {
  if (error instanceof JobError || error instanceof UnrecoverableError) return error.message;
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return [name ?? 'Error', code].filter((part) => part !== undefined).join(' ');
}

/** Sets something aside so that the rest goes on; the log names it too. */
export async function setAside(
  { cdx, log }: { readonly cdx: pg.Pool; readonly log: Logger },
  { tenantId, source, ref, job, payload }: Letter,
  { error, attempts }: Failure,
): Promise<void> {
  const reason = failureOf(error);
  await cdx.query(SET_ASIDE, [tenantId, source, ref, job, JSON.stringify(payload), reason, attempts]);
  log.error({ tenantId, source, job, ref, reason }, 'set aside as a dead letter');
}
