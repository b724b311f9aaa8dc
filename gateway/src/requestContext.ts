import type { Caller } from '@metatron/platform/identity';

/** What travels with one request through the gateway's stages. */
export interface RequestContext {
  readonly caller: Caller;
  readonly startedAt: number;
}
