/**
 * What happens in a domain, declared once: each type of event with its version and a schema for what
 * it carries. Who writes an event and who hears of it both go by the declaration.
 */
import { z } from 'zod';

import type { Domain } from '../domains.ts';

/** Ids, names of states and numbers: an event carries no personal data. */
type EventValue = string | number | boolean | null | undefined;

type EventShape = Readonly<Record<string, z.ZodType<EventValue, EventValue>>>;

interface EventOptions {
  /** Raised whenever old payloads no longer fit. */
  readonly version?: number;
  /** Makes a payload of the version before into one of this version. */
  readonly upgrade?: (before: unknown) => unknown;
}

/** A type of event. */
export interface EventKind<Shape extends EventShape = EventShape> {
  readonly version: number;
  readonly payload: z.ZodObject<Shape, z.core.$strict>;
  readonly upgrade: EventOptions['upgrade'];
}

export type EventKinds = Readonly<Record<string, EventKind>>;

/** All the events of one domain, by their types. */
export interface DomainEvents<Kinds extends EventKinds = EventKinds> {
  readonly domain: Domain;
  readonly kinds: Kinds;
}

/** An event of a domain, as whoever writes it gives it: a wrong type or payload does not compile. */
export type EventOf<Events extends DomainEvents> = {
  readonly [Type in keyof Events['kinds'] & string]: {
    readonly type: Type;
    readonly payload: z.input<Events['kinds'][Type]['payload']>;
  };
}[keyof Events['kinds'] & string];

/** As PostgreSQL takes ids: one that was imported may lack what RFC 9562 asks for, and must not fail a business write. */
export const id = z.guid();

export const eventKind = <Shape extends EventShape>(
  shape: Shape,
  { version = 1, upgrade }: EventOptions = {},
): EventKind<Shape> => ({ version, payload: z.strictObject(shape), upgrade });

export const defineEvents = <Kinds extends EventKinds>(domain: Domain, kinds: Kinds): DomainEvents<Kinds> => ({
  domain,
  kinds,
});

/** Why an event cannot be taken. The message names types, versions and fields, never a value. */
export class EventFault extends Error {}

/** An event as a row of `domain_events` has it. */
export interface StoredEvent {
  readonly type: string;
  readonly version: number;
  readonly payload: unknown;
}

function kindOf({ domain, kinds }: DomainEvents, type: string): EventKind {
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) throw new EventFault(`${domain} has no event of the type ${type}`);
  return kind;
}

/** The payload in the present version's form; what is older by one version may have a way there. */
function upgraded({ version: present, upgrade }: EventKind, { type, version, payload }: StoredEvent): unknown {
  if (version === present) return payload;
  if (upgrade === undefined || version !== present - 1)
    throw new EventFault(`${type} is of version ${String(version)}, and only ${String(present)} can be read`);
  try {
    return upgrade(payload);
  } catch {
    throw new EventFault(`${type} of version ${String(version)} cannot be made into version ${String(present)}`);
  }
}

/**
 * What an event carries, as the present version of its type has it.
 * @throws EventFault when the type is unknown, the version cannot be read, or the payload does not fit.
 */
export function readPayload(events: DomainEvents, event: StoredEvent): unknown {
  const kind = kindOf(events, event.type);
  const parsed = kind.payload.safeParse(upgraded(kind, event));
  if (parsed.success) return parsed.data;
  const places = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'the whole'))];
  throw new EventFault(`the payload of ${event.type} does not fit its schema: ${places.join(', ')}`);
}

/**
 * An event as it is to be stored.
 * @throws EventFault when it is none of the domain's, which the types let pass only by a cast.
 */
export function toStored<Events extends DomainEvents>(events: Events, { type, payload }: EventOf<Events>): StoredEvent {
  const stored = { type, version: kindOf(events, type).version, payload };
  return { ...stored, payload: readPayload(events, stored) };
}
