import { boundTenant } from '@metatron/platform/context';
import { PublicError, Refusal } from '@metatron/platform/errors';
import type { RawClient } from '@metatron/platform/database/rawClient';
import type { Parameters } from '@metatron/platform/read/sql';
import { unsoundValues, parseInput } from '@metatron/platform/verb/input';
import { sqlStateOf } from '@metatron/platform/verb/violations';
import type { z } from 'zod';

import type { Context } from './context.ts';

export type Asker = RawClient;

const TIMED_OUT = '57014';
/** PostgreSQL knows fewer time zones than JavaScript does. */
const INVALID_VALUE = '22023';

/** Runs a question's one statement, which gives one row. */
export async function askEvents<Row>(db: Asker, text: string, { values }: Parameters): Promise<Row> {
  try {
    const [row] = await db.$queryRawUnsafe<[Row]>(text, ...values);
    return row;
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === TIMED_OUT)
      throw new PublicError('SERVICE_UNAVAILABLE', 'The answer takes too long; ask for a shorter period.');
    if (state === INVALID_VALUE) throw new PublicError('BAD_USER_INPUT', 'The time zone is not known.');
    throw error;
  }
}

export interface QuestionArguments {
  readonly input: unknown;
  readonly tenantId?: string | null | undefined;
}

/** A field of `Query` that answers a question: for the caller's tenant, or for those that staff choose. */
export function question<Schema extends z.ZodType, Answer>(
  schema: Schema,
  answer: (db: Asker, asked: z.output<Schema>, tenantId: string | null) => Promise<Answer>,
) {
  return async (_root: unknown, { input, tenantId }: QuestionArguments, ctx: Context): Promise<Answer> => {
    const bound = boundTenant(ctx.domain, ctx.caller.identity);
    if (bound !== undefined && tenantId != null)
      throw new PublicError('BAD_USER_INPUT', 'The tenant comes from your sign-in; do not send one.');
    const tenant = bound ?? tenantId ?? null;
    return answer(ctx.db(tenant ?? undefined), parseQuestion(schema, { input, tenantId }), tenant);
  };
}

/** @throws PublicError BAD_USER_INPUT that says where the first fault is. */
function parseQuestion<Schema extends z.ZodType>(
  schema: Schema,
  { input, tenantId }: QuestionArguments,
): z.output<Schema> {
  try {
    const malformed = unsoundValues({ input, tenantId });
    if (malformed.length > 0) throw Refusal.of(malformed);
    return parseInput(schema, input);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [fault] = error.userErrors;
    const place = fault?.field == null ? '' : `\`${fault.field.join('.')}\`: `;
    throw new PublicError('BAD_USER_INPUT', `${place}${fault?.message ?? 'The question cannot be read.'}`);
  }
}
