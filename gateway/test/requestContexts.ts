import type { Caller } from '@metatron/platform/identity';

import type { RequestContext } from '../src/requestContext.ts';

/** The context of a request that nobody hurries and nobody breaks off. */
export const contextOf = (caller: Caller): RequestContext => ({
  caller,
  startedAt: performance.now(),
  deadlineAt: Infinity,
  signal: new AbortController().signal,
  explanation: undefined,
});
