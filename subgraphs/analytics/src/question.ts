/** The questions that can be asked of events, at the root and in saved insights alike. */
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_POINTS = 1_000;
const MAX_DAYS = 3_660;
const MAX_CONDITIONS = 10;

/** The columns of an event that a question may speak of; PostgreSQL's names, in lower case as enums are. */
const columns = [
  'event_name',
  'page_url',
  'page_title',
  'referrer',
  'country',
  'city',
  'device_type',
  'browser',
  'os',
] as const;

const keyFields = {
  field: fields.optional(z.enum(columns, 'There is no such field.')),
  property: fields.optional(fields.text(100)),
};
const isOneKey = ({ field, property }: z.output<z.ZodObject<typeof keyFields>>): boolean =>
  (field === null) !== (property === null);
const ONE_KEY = 'Give either a field or a property.';

const key = z.object(keyFields).refine(isOneKey, ONE_KEY);

const operand = fields.optional(z.string().max(2_048, 'This must have at most 2048 characters.'));
const condition = z
  .object({
    ...keyFields,
    eq: operand,
    not: operand,
    in: fields.optional(z.array(z.string().max(2_048)).max(100, 'This takes at most 100 values.')),
    contains: operand,
    isNull: fields.optional(z.boolean()),
  })
  .refine(isOneKey, ONE_KEY)
  .refine(
    ({ eq, not, in: among, contains, isNull }) => [eq, not, among, contains, isNull].some((value) => value !== null),
    'Say what the value must be.',
  );

const conditions = z
  .array(condition)
  .max(MAX_CONDITIONS, `There are more than ${String(MAX_CONDITIONS)} conditions.`)
  .nullish()
  .transform((value) => value ?? []);

/** Offsets such as `+02:00` are no zones, and PostgreSQL reads their sign the other way round. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const period = {
  days: fields.optional(z.int().min(1, 'This must be at least 1.').max(MAX_DAYS, 'This is too long.')),
  from: fields.optional(z.coerce.date().pipe(fields.time)),
  to: fields.optional(z.coerce.date().pipe(fields.time)),
};

type Period = z.output<z.ZodObject<typeof period>>;

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const DEFAULT_DAYS = 30;

/** The instants that a period stands for, now. */
export function spanOf({ days, from, to }: Period): Span {
  const end = to ?? new Date();
  return { from: from ?? new Date(end.getTime() - (days ?? DEFAULT_DAYS) * DAY_MS), to: end };
}

function checkPeriod(asked: Period, issues: z.core.$RefinementCtx): void {
  if (asked.from !== null && asked.days !== null)
    issues.addIssue({ code: 'custom', path: ['days'], message: 'Give either `days` or `from`.' });
  const { from, to } = spanOf(asked);
  if (from >= to) issues.addIssue({ code: 'custom', path: ['from'], message: 'This is not before `to`.' });
  if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS)
    issues.addIssue({ code: 'custom', path: ['from'], message: `A period has at most ${String(MAX_DAYS)} days.` });
}

/** The shortest of each; the number of points is at most what follows from it. */
const INTERVAL_MS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const;

export const trendQuestion = z
  .object({
    ...period,
    eventName: fields.optional(fields.text(100)),
    measure: z
      .enum(['events', 'users'])
      .nullish()
      .transform((value) => value ?? 'events'),
    interval: z
      .enum(['hour', 'day', 'week', 'month'])
      .nullish()
      .transform((value) => value ?? 'day'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'This is not the name of a time zone, such as `Europe/Berlin`.')
      .nullish()
      .transform((value) => value ?? 'UTC'),
    breakdown: fields.optional(key),
    filter: conditions,
  })
  .superRefine((question, issues) => {
    checkPeriod(question, issues);
    const { from, to } = spanOf(question);
    if ((to.getTime() - from.getTime()) / INTERVAL_MS[question.interval] > MAX_POINTS)
      issues.addIssue({
        code: 'custom',
        path: ['interval'],
        message: `The period has more than ${String(MAX_POINTS)} of these.`,
      });
  });

export const funnelQuestion = z
  .object({
    ...period,
    steps: z
      .array(z.object({ eventName: fields.text(100), filter: conditions }))
      .min(2, 'A funnel has at least 2 steps.')
      .max(10, 'A funnel has at most 10 steps.'),
    windowSeconds: z
      .int()
      .min(1, 'This must be at least 1.')
      .max((366 * DAY_MS) / 1000, 'This is longer than a year.')
      .nullish()
      .transform((value) => value ?? (7 * DAY_MS) / 1000),
  })
  .superRefine(checkPeriod);

export type EventKey = z.output<typeof key>;
export type Condition = z.output<typeof condition>;
export type TrendQuestion = z.output<typeof trendQuestion>;
export type FunnelQuestion = z.output<typeof funnelQuestion>;
