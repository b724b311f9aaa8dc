/** What the tests of analytics share: batches of events, sent under a tenant's key. */
import { randomUUID } from 'node:crypto';

import type { KeyIdentity } from '../../../platform/src/identity.ts';
import type { InProcess } from '../../../platform/test/inProcess.ts';
import { sql } from '../../../platform/test/kit.ts';

export const INGEST =
  'mutation Ingest($input: EventsIngestInput!) { eventsIngest(input: $input) { results { accepted duplicate code field message } userErrors { field code } } }';

export interface Result {
  readonly accepted: boolean;
  readonly duplicate: boolean;
  readonly code: string | null;
  readonly field: readonly string[] | null;
}

export interface Answer {
  readonly results: readonly Result[] | null;
  readonly userErrors: readonly { readonly field: readonly string[] | null; readonly code: string }[];
}

export const keyOf = (tenantId: string): KeyIdentity => ({ kind: 'key', tenantId });

/** A tenant's name of the test's own: nobody else's events are in its way. */
export const newTenant = (): string => `t-${randomUUID().slice(0, 13)}`;

export const newEvent = (more: object = {}): { readonly messageId: string; readonly eventName: string } => ({
  messageId: randomUUID(),
  eventName: 'page_view',
  ...more,
});

/** Sends a batch under a tenant's key, which must get as far as a payload. */
export async function send(analytics: InProcess, tenantId: string, events: readonly object[]): Promise<Answer> {
  const { data, errors } = await analytics.ask(INGEST, keyOf(tenantId), { input: { events } });
  const payload = data?.['eventsIngest'] as Answer | null | undefined;
  if (payload == null) throw new Error(`eventsIngest gave no payload: ${JSON.stringify(errors)}`);
  return payload;
}

/** Each result in a word: what an event came to. */
export const outcomes = ({ results }: Answer): string[] =>
  (results ?? []).map(({ accepted, duplicate, code, field }) =>
    accepted ? 'accepted' : duplicate ? 'duplicate' : `${code ?? ''} ${(field ?? []).join('.')}`.trim(),
  );

/** The message ids stored for a tenant, sorted. */
export async function storedMessages(tenantId: string): Promise<string[]> {
  const rows = await sql<{ id: string }>('analytics', 'SELECT message_id AS id FROM events WHERE tenant_id = $1', [
    tenantId,
  ]);
  return rows.map(({ id }) => id).sort();
}
