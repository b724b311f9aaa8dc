/** Stage `identify`: who asks, and what travels with their request. */
import { personOf } from '@metatron/platform/access/decide';

import { Explanation } from '../explanation.ts';
import { deadlineOf } from '../resilience/settings.ts';
import type { Identified, Received } from './flow.ts';

/** @throws PublicError for a caller who is not who they say. */
export async function identify(received: Received): Promise<Identified> {
  const { startedAt, signal, explains, identify: ask } = received.arrival;
  const caller = await ask();
  const { identity } = caller;
  // How a request was answered is for the signed in alone.
  const explanation = explains && identity.kind === 'user' ? new Explanation(startedAt) : undefined;
  // A mutation's is another one, once it is known that it is one.
  const deadlineAt = deadlineOf('query', startedAt);
  return { ...received, context: { caller, startedAt, deadlineAt, signal, explanation }, person: personOf(identity) };
}
