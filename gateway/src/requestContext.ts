import type { Caller } from '@metatron/platform/identity';

import type { Explanation } from './explanation.ts';

/** What travels with one request through the gateway's stages. */
export interface RequestContext {
  readonly caller: Caller;
  readonly startedAt: number;
  /** There when a signed-in person asks for it. */
  readonly explanation: Explanation | undefined;
}
