/** Stage `serialise`: the answer's text, with errors fit for the public. */
import type { Logger } from '@metatron/platform/log';

import { answered, unanswered, type Answer } from './answer.ts';
import type { Completed } from './flow.ts';
import { logFailures, publicErrors } from './publicErrors.ts';

export function serialise({ context, result }: Completed, log: Logger): Answer {
  const { caller, explanation } = context;
  const { data, errors, extensions } = result;
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
