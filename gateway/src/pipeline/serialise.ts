/** Stage `serialise`: the answer's text, with errors fit for the public. */
import type { Logger } from '@metatron/platform/log';

import type { ExecutionResult } from 'graphql';

import { answered, unanswered, type Answer } from './answer.ts';
import type { Completed } from './flow.ts';
import { logFailures, publicErrors } from './publicErrors.ts';

/** Of results that are whole, which several requests may have in common. */
const texts = new WeakMap<ExecutionResult, string>();

function textOf(result: ExecutionResult): string {
  const known = texts.get(result) ?? `${JSON.stringify({ data: result.data, extensions: result.extensions })}\n`;
  texts.set(result, known);
  return known;
}

export function serialise({ context, result }: Completed, log: Logger): Answer {
  const { caller, explanation } = context;
  const { data, errors, extensions } = result;
  if (errors === undefined && explanation === undefined) return answered(textOf(result), true);
  if (errors !== undefined) logFailures(errors, caller.requestId, log);
  // What is refused as a whole was never planned.
  const explain = explanation === undefined || data === undefined ? undefined : { explain: explanation.report() };
  const text = JSON.stringify({
    errors: errors === undefined ? undefined : publicErrors(errors, caller.requestId),
    data,
    extensions: explain === undefined ? extensions : { ...extensions, ...explain },
  });
  return data === undefined ? unanswered(`${text}\n`) : answered(`${text}\n`, errors === undefined);
}
