/**
 * Who does what when something has happened. A handler is a name, the events of a domain that it
 * listens to, and what it does. It may be called more than once for an event.
 */
import type { Domain } from '@metatron/platform/domains';
import { EventFault, readPayload, type DomainEvents, type StoredEvent } from '@metatron/platform/verb/events';
import { UnrecoverableError } from 'bullmq';
import type { z } from 'zod';

import type { Attempt, JobContext } from '../defineJob.ts';

/** An event as the source's database holds it. */
export interface DomainEvent extends StoredEvent {
  readonly source: Domain;
  readonly tenantId: string;
  readonly id: string;
  readonly at: Date;
  readonly requestId: string | null;
}

type TypeOf<Events extends DomainEvents> = keyof Events['kinds'] & string;

export interface HandlerCall<Events extends DomainEvents, Type extends TypeOf<Events>> extends Attempt {
  readonly event: DomainEvent & { readonly type: Type };
  /** As the present version of the type has it. */
  readonly payload: z.output<Events['kinds'][Type]['payload']>;
}

interface Definition<Events extends DomainEvents, Type extends TypeOf<Events>> {
  readonly name: string;
  /** The domain's events, which say what each carries. */
  readonly of: Events;
  readonly on: readonly Type[];
  /** @throws UnrecoverableError when no other attempt can succeed; anything else is tried again. */
  readonly handle: (call: HandlerCall<Events, Type>, context: JobContext) => Promise<void>;
}

export interface EventHandler {
  readonly name: string;
  readonly of: DomainEvents;
  readonly on: readonly string[];
  readonly handle: (call: Attempt & { readonly event: DomainEvent }, context: JobContext) => Promise<void>;
}

/**
 * What an event carries.
 * @throws UnrecoverableError for what does not fit: no retry can mend it.
 */
export function payloadOf(declared: DomainEvents, event: StoredEvent): unknown {
  try {
    return readPayload(declared, event);
  } catch (error) {
    if (error instanceof EventFault) throw new UnrecoverableError(error.message);
    throw error;
  }
}

export function defineHandler<Events extends DomainEvents, Type extends TypeOf<Events>>(
  definition: Definition<Events, Type>,
): EventHandler {
  const { name, of, on, handle } = definition;
  return {
    name,
    of,
    on,
    handle: async (call, context) => {
      const payload = payloadOf(of, call.event);
      // The event is of one of these types, or it would not be here; its schema has seen the payload.
      await handle({ ...call, payload } as HandlerCall<Events, Type>, context);
    },
  };
}
