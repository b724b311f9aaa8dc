/** Stage `serialise`: the answer's text, with errors fit for the public. */
import type { Logger } from '@metatron/platform/log';

import { jsonOf, type Outcome } from '../execute/outcome.ts';
import { answered, unanswered, type Answer } from './answer.ts';
import type { Completed } from './flow.ts';
import { logFailures, publicErrors } from './publicErrors.ts';

function write({ json, extensions }: Outcome, errors: readonly object[] | undefined): string {
  if (json === undefined) return `${jsonOf({ errors, extensions })}\n`;
  const told = errors === undefined ? '' : `"errors":${jsonOf(errors)},`;
  const more = extensions === undefined ? '' : `,"extensions":${jsonOf(extensions)}`;
  return `{${told}"data":${json}${more}}\n`;
}

/** Several requests may have an outcome in common. */
function writeWhole(outcome: Outcome): string {
  outcome.text ??= write(outcome, undefined);
  return outcome.text;
}

export function serialise({ context, outcome }: Completed, log: Logger): Answer {
  const { caller, explanation } = context;
  const { json, errors, extensions } = outcome;
  if (errors === undefined && explanation === undefined) return answered(writeWhole(outcome), true);
  if (errors !== undefined) logFailures(errors, caller.requestId, log);
  // What is refused as a whole was never planned.
  const isExplained = explanation !== undefined && json !== undefined;
  const explained = isExplained ? { ...extensions, explain: explanation.report() } : extensions;
  const told = errors === undefined ? undefined : publicErrors(errors, caller.requestId);
  const text = write({ json, extensions: explained }, told);
  return json === undefined ? unanswered(text) : answered(text, errors === undefined);
}
