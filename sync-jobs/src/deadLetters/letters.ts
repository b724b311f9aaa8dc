/** Letters as rows of cdx, and the states through which a second try goes. */
import type pg from 'pg';
import { z } from 'zod';

import { failureOf, type Failure } from './setAside.ts';

export const letterReference = z.object({ tenantId: z.string(), id: z.uuid() });

export type LetterReference = z.output<typeof letterReference>;

export interface SentLetter {
  readonly job: string;
  readonly payload: unknown;
  readonly attempts: number;
}

const READ = `
SELECT job, payload, attempts FROM dead_letters WHERE tenant_id = $1 AND id = $2 AND status = 'retrying'`;

const CLOSE = `
UPDATE dead_letters SET status = 'retried', resolved_at = now(), updated_at = now()
 WHERE tenant_id = $1 AND id = $2 AND status = 'retrying'`;

/** A job that has set the same aside again has opened the letter already. */
const REOPEN = `
UPDATE dead_letters SET status = 'open', error = $3, attempts = attempts + $4, resolved_by = NULL, updated_at = now()
 WHERE tenant_id = $1 AND id = $2 AND status = 'retrying'`;

/** A letter that is being sent again; undefined when it is so no more. */
export async function readSent(cdx: pg.Pool, { tenantId, id }: LetterReference): Promise<SentLetter | undefined> {
  return (await cdx.query<SentLetter>(READ, [tenantId, id])).rows[0];
}

/** It has succeeded. */
export async function close(cdx: pg.Pool, { tenantId, id }: LetterReference): Promise<void> {
  await cdx.query(CLOSE, [tenantId, id]);
}

/** It has failed for good once more. */
export async function reopen(
  cdx: pg.Pool,
  { tenantId, id }: LetterReference,
  { error, attempts }: Failure,
): Promise<void> {
  await cdx.query(REOPEN, [tenantId, id, failureOf(error), attempts]);
}
