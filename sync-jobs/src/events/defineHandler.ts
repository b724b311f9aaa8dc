/**
 * Who does what when something has happened. A handler is a name, the event types it listens to,
 * the payload that it needs, and what it does. It may be called more than once for an event.
 */
import type { Domain } from '@metatron/platform/domains';
import { UnrecoverableError } from 'bullmq';
import type { z } from 'zod';

import type { Attempt, JobContext } from '../defineJob.ts';

/** An event as the source's database holds it. */
export interface DomainEvent {
  readonly source: Domain;
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly requestId: string | null;
  readonly payload: unknown;
}

export interface HandlerCall<Payload> extends Attempt {
  readonly event: DomainEvent;
  readonly payload: Payload;
}

interface Definition<Payload> {
  readonly name: string;
  readonly on: readonly string[];
  readonly payload: z.ZodType<Payload>;
  /** @throws UnrecoverableError when no other attempt can succeed; anything else is tried again. */
  readonly handle: (call: HandlerCall<Payload>, context: JobContext) => Promise<void>;
}

export interface EventHandler extends Omit<Definition<unknown>, 'payload' | 'handle'> {
  readonly handle: (call: Attempt & { readonly event: DomainEvent }, context: JobContext) => Promise<void>;
}

/** A payload that does not fit ends the delivery at once: no retry can mend it. */
export function defineHandler<Payload>({ name, on, payload: schema, handle }: Definition<Payload>): EventHandler {
  return {
    name,
    on,
    handle: async (call, context) => {
      const parsed = schema.safeParse(call.event.payload);
      if (!parsed.success) throw new UnrecoverableError(`the payload of ${call.event.type} does not fit its schema`);
      await handle({ ...call, payload: parsed.data }, context);
    },
  };
}
