import type { Caller } from '@metatron/platform/identity';

import type { Explanation } from './explanation.ts';

/** What travels with one request through the gateway's stages. */
export interface RequestContext {
  readonly caller: Caller;
  readonly startedAt: number;
  /** Nothing is asked of a subgraph after it, on the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** There when a signed-in person asks for it. */
  readonly explanation: Explanation | undefined;
}
