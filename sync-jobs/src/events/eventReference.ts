import { domains } from '@metatron/platform/domains';
import { z } from 'zod';

import type { JobContext } from '../defineJob.ts';
import type { Letter } from '../deadLetters/setAside.ts';

import type { DomainEvent } from './defineHandler.ts';

export const eventReference = z.object({ source: z.enum(domains), tenantId: z.string(), id: z.uuid() });

/** Which event a job is about: the queue holds no more than this. */
export type EventReference = z.output<typeof eventReference>;

const READ = `
SELECT type, version, at, request_id AS "requestId", payload FROM domain_events WHERE tenant_id = $1 AND id = $2`;

/** The event as its source has it now: what a queue holds counts for nothing. */
export async function readEvent(of: EventReference, { leases }: JobContext): Promise<DomainEvent | undefined> {
  const { rows } = await leases[of.source].source.origin.query<Omit<DomainEvent, keyof EventReference>>(READ, [
    of.tenantId,
    of.id,
  ]);
  const [row] = rows;
  return row === undefined ? undefined : { ...of, ...row };
}

/** The letter of an event with which a job has failed. */
export const letterOf = (job: string, { source, tenantId, id }: EventReference): Letter => ({
  tenantId,
  source,
  ref: `${job}:${id}`,
  job,
  payload: { source, tenantId, id } satisfies EventReference,
});
