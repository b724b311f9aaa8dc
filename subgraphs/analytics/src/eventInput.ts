/** One event as a sender gives it: what may be stored, and what is wrong with the rest. */
import type { UserErrorCode } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { unsoundValues } from '@metatron/platform/verb/input';
import { z } from 'zod';

const MAX_DATA_BYTES = 8 * 1024;
/** As far back as partitions of their own reach. */
const OLDEST_MONTHS = 24;
/** Clocks of visitors run ahead by hours when their zone is wrong. */
const AHEAD_MS = 24 * 60 * 60 * 1000;

const url = fields.text(2_048);

const data = z
  .custom<Record<string, unknown>>()
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_DATA_BYTES, 'This is larger than 8 KB.');

function oldest(): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - OLDEST_MONTHS));
}

const happened = z
  .date()
  .refine((at) => at >= oldest(), `This is more than ${String(OLDEST_MONTHS)} months ago.`)
  .refine((at) => at.getTime() <= Date.now() + AHEAD_MS, 'This is in the future.');

const schema = z.object({
  messageId: z.string().min(1, 'This must not be empty.').max(200, 'This must have at most 200 characters.'),
  eventName: fields.text(100),
  createdAt: fields.optional(happened),
  userId: fields.optional(fields.id),
  sessionId: fields.optional(fields.id),
  eventData: data.nullish().transform((value) => value ?? {}),
  pageUrl: fields.optional(url),
  pageTitle: fields.optional(fields.text(255)),
  referrer: fields.optional(url),
  userAgent: fields.optional(fields.text(512)),
  country: fields.optional(z.string().regex(/^[A-Z]{2}$/, 'This is not a country’s code of two letters.')),
  city: fields.optional(fields.text(100)),
  deviceType: fields.optional(fields.text(50)),
  browser: fields.optional(fields.text(50)),
  os: fields.optional(fields.text(50)),
});

export type EventInput = z.output<typeof schema>;

/** Why an event is not stored. */
export interface Fault {
  readonly code: UserErrorCode;
  readonly field: readonly string[] | null;
  readonly message: string;
}

export type Checked = { readonly event: EventInput } | { readonly fault: Fault };

/** What of a sent event can be stored; the first fault is told, the other events are not touched. */
export function checkEvent(raw: unknown): Checked {
  const [malformed] = unsoundValues(raw);
  if (malformed !== undefined) return { fault: malformed };
  const { data: event, error } = schema.safeParse(raw);
  if (event !== undefined) return { event };
  const [issue] = error.issues;
  return {
    fault: {
      code: 'INVALID',
      field: issue?.path.map(String) ?? null,
      message: issue?.message ?? 'This is not an event.',
    },
  };
}
