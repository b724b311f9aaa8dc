import { Refusal } from '@metatron/platform/errors';
import type { z } from 'zod';

import type { Tx } from './context.ts';
import { answerFunnel } from './funnel.ts';
import { funnelQuestion, trendQuestion, type FunnelQuestion, type TrendQuestion } from './question.ts';
import { answerTrend } from './trend.ts';

/** The question of an insight, as an input gives it. */
export const questionFields = { trend: trendQuestion.nullish(), funnel: funnelQuestion.nullish() };

type Asked = z.output<z.ZodObject<typeof questionFields>>;

type Question =
  | { readonly kind: 'trend'; readonly query: TrendQuestion }
  | { readonly kind: 'funnel'; readonly query: FunnelQuestion };

/** @throws Refusal INVALID for two questions at once. */
export function questionOf({ trend, funnel }: Asked): Question | undefined {
  if (trend != null && funnel != null)
    throw new Refusal('INVALID', 'An insight asks one question: give a trend or a funnel.', 'funnel');
  if (trend != null) return { kind: 'trend', query: trend };
  return funnel == null ? undefined : { kind: 'funnel', query: funnel };
}

const ENUMS: ReadonlySet<string> = new Set(['measure', 'interval', 'field']);

/** As the API writes it, so that a saved question can be sent to `trend` or `funnel` as it is. */
const toWire = (value: object, dropNulls: boolean): object =>
  JSON.parse(
    JSON.stringify(value, (key, child: unknown) => {
      if (child === null && dropNulls) return undefined;
      return ENUMS.has(key) && typeof child === 'string' ? child.toUpperCase() : child;
    }),
  ) as object;

/** Well within the transaction's own time. */
const PATIENCE = "SET LOCAL statement_timeout = '5s'";

/** The columns of an insight that asks a question, answered now. */
export async function answered(tx: Tx, tenantId: string, question: Question) {
  await tx.$executeRawUnsafe(PATIENCE);
  const result =
    question.kind === 'trend'
      ? await answerTrend(tx, question.query, tenantId)
      : await answerFunnel(tx, question.query, tenantId);
  return {
    kind: question.kind,
    query: toWire(question.query, true),
    result: toWire(result, false),
    computedAt: new Date(),
  };
}
