import type { Domain } from '@metatron/platform/domains';
import type { DomainEvents } from '@metatron/platform/verb/events';

import type { QueuedJob } from '../defineJob.ts';
import { RETRIES } from '../retries.ts';

import { payloadOf, type DomainEvent, type EventHandler } from './defineHandler.ts';
import { eventJobName } from './eventJob.ts';
import type { EventReference } from './eventReference.ts';

/** Who hears of what: the events that each domain has declared, and the handlers. */
export interface Routes {
  readonly declared: Readonly<Record<Domain, DomainEvents>>;
  readonly handlers: readonly EventHandler[];
}

/** An event as far as it must be known to be handed on. */
export type Routed = Omit<DomainEvent, 'at' | 'requestId'>;

/**
 * The jobs by which an event reaches its handlers.
 * @throws UnrecoverableError for one that its domain has not declared so, whether or not anybody listens.
 */
export function jobsFor({ source, tenantId, id, ...event }: Routed, { declared, handlers }: Routes): QueuedJob[] {
  payloadOf(declared[source], event);
  const data: EventReference = { source, tenantId, id };
  return handlers
    .filter(({ of, on }) => of.domain === source && on.includes(event.type))
    .map((handler) => {
      const name = eventJobName(handler);
      // The id derives from the event: two dispatchers that meet leave one job.
      return { name, data, opts: { ...RETRIES, jobId: `${name}-${id}` } };
    });
}
