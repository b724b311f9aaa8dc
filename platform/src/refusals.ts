/**
 * What a service has refused by a rule of its own. It goes to the gateway beside the answer, because a
 * caller need not select the `userErrors` that say so.
 */
import type { ExecutionResult } from 'graphql';
import { z } from 'zod';

import type { Refusal } from './errors.ts';
import type { Bearer } from './incidents/denials.ts';

export interface NotedRefusal {
  readonly mutation: string;
  readonly code: 'FORBIDDEN' | 'THROTTLED' | 'REPLAYED';
  /** Whose token it was, when the service knows better than the gateway. */
  readonly bearer?: Bearer | undefined;
}

const extension = z.object({
  refusals: z.array(
    z.object({
      mutation: z.string(),
      code: z.enum(['FORBIDDEN', 'THROTTLED', 'REPLAYED']),
      bearer: z.object({ kind: z.literal('user'), userId: z.string(), tenantId: z.string() }).optional(),
    }),
  ),
});

/** A refusal as it is noted; undefined for what is no denial, such as a wrong value. */
export function noteOf(mutation: string, { userErrors }: Refusal): NotedRefusal | undefined {
  for (const { code } of userErrors) if (code === 'FORBIDDEN' || code === 'THROTTLED') return { mutation, code };
  return undefined;
}

/** What a service's answer carries beside its data. */
export const refusalsExtension = (refusals: readonly NotedRefusal[]): { extensions?: Record<string, unknown> } =>
  refusals.length === 0 ? {} : { extensions: { refusals } };

/** What of an answer was refused. */
export const refusalsOf = ({ extensions }: Pick<ExecutionResult, 'extensions'>): readonly NotedRefusal[] =>
  extensions === undefined ? [] : (extension.safeParse(extensions).data?.refusals ?? []);
