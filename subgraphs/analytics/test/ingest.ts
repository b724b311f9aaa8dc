/** What the tests of analytics share: batches of events, sent under a tenant's key. */
import { randomUUID } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import type { KeyIdentity, UserIdentity } from '../../../platform/src/identity.ts';
import type { InProcess } from '../../../platform/test/inProcess.ts';
import { sql } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

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
export const newTenant = (): string => fresh('t');

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

/** An event as a row, for tests that need times and visitors of their own. */
export interface Happening {
  readonly at: Date;
  readonly name?: string;
  /** Stands for a visit; null for an event that names nobody. */
  readonly visit?: string | null;
  readonly data?: object;
  readonly country?: string | null;
}

/** Writes events with their ledger past the API: also older ones than it takes. */
export async function insertEvents(tenantId: string, happenings: readonly Happening[]): Promise<void> {
  const rows = happenings.map(({ at, name = 'page_view', visit = null, data = {}, country = null }) => ({
    id: uuidv7(),
    at,
    name,
    visit,
    data,
    country,
  }));
  await sql(
    'analytics',
    `WITH incoming AS (
       SELECT * FROM jsonb_to_recordset($2) AS e (id uuid, at timestamptz, name text, visit uuid, data jsonb, country text)
     ), ledger AS (
       INSERT INTO event_messages (tenant_id, message_id, event_id) SELECT $1, id, id FROM incoming
     )
     INSERT INTO events (tenant_id, id, message_id, session_id, event_name, event_data, country, created_at)
     SELECT $1, id, id, visit, name, data, country, at FROM incoming`,
    [tenantId, JSON.stringify(rows)],
  );
}

/** Answers a question of a tenant's own, which must not fail. */
export async function askQuestion<Answer>(
  analytics: InProcess,
  tenantId: string,
  field: 'trend' | 'funnel',
  input: object,
): Promise<Answer> {
  const below =
    field === 'trend'
      ? 'from to interval timeZone series { value isOther total points { at value } }'
      : 'from to windowSeconds steps { eventName count conversion }';
  const type = field === 'trend' ? 'TrendInput!' : 'FunnelInput!';
  const { data, errors } = await analytics.ask(
    `query Q($input: ${type}) { ${field}(input: $input) { ${below} } }`,
    personOf(tenantId),
    { input },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.[field] as Answer;
}

/** Somebody signed in to a tenant. */
const personOf = (tenantId: string): UserIdentity => ({
  kind: 'user',
  role: 'client',
  userId: NOBODY,
  sessionId: NOBODY,
  tenantId,
});
