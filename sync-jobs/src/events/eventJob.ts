import { domains } from '@metatron/platform/domains';
import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';

import { defineJob, JobError, type Attempt, type Job, type JobContext } from '../defineJob.ts';

import type { DomainEvent, EventHandler } from './defineHandler.ts';

/** The job that gives an event to a handler. */
export const eventJobName = ({ name }: Pick<EventHandler, 'name'>): string => `event-${name}`;

const reference = z.object({ source: z.enum(domains), tenantId: z.string(), id: z.uuid() });

/** Which event a delivery is about: the queue holds no more than this. */
export type EventReference = z.output<typeof reference>;

const READ = `
SELECT type, at, request_id AS "requestId", payload FROM domain_events WHERE tenant_id = $1 AND id = $2`;

const SET_ASIDE = `
INSERT INTO dead_letters (tenant_id, id, source, source_ref, job, payload, error, attempts)
VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, source, source_ref) DO UPDATE
  SET status = 'open', error = excluded.error, attempts = dead_letters.attempts + excluded.attempts, updated_at = now()`;

async function readEvent(of: EventReference, { leases }: JobContext): Promise<DomainEvent | undefined> {
  const { rows } = await leases[of.source].source.origin.query<Omit<DomainEvent, 'source' | 'tenantId' | 'id'>>(READ, [
    of.tenantId,
    of.id,
  ]);
  const [row] = rows;
  return row === undefined ? undefined : { ...of, ...row };
}

/** What may be kept of a failure: a stranger's message may hold what a row or a mail holds. */
function failureOf(error: unknown): string {
  if (error instanceof JobError || error instanceof UnrecoverableError) return error.message;
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return [name ?? 'Error', code].filter((part) => part !== undefined).join(' ');
}

/** A delivery that has failed for good is kept for a superadmin to look at and to send again. */
async function setAside(
  job: string,
  { source, tenantId, id }: EventReference,
  context: JobContext,
  failure: { readonly error: unknown; readonly attempt: number },
): Promise<void> {
  const { cdx } = context.leases[source].source;
  await cdx.query(SET_ASIDE, [
    tenantId,
    source,
    `${job}:${id}`,
    job,
    JSON.stringify({ source, tenantId, id }),
    failureOf(failure.error),
    failure.attempt,
  ]);
}

/** The job of a handler: the event is read again at its source, the payload in a queue counts for nothing. */
export function eventJob(handler: EventHandler): Job {
  const name = eventJobName(handler);
  return defineJob({
    name,
    schema: reference,
    schedules: [],
    handler: async (of, context, attempt: Attempt) => {
      const event = await readEvent(of, context);
      if (event === undefined) return;
      try {
        await handler.handle({ ...attempt, event }, context);
      } catch (error) {
        const final = attempt.lastAttempt || error instanceof UnrecoverableError;
        if (final) await setAside(name, of, context, { error, attempt: attempt.attempt });
        throw error;
      }
    },
  });
}
