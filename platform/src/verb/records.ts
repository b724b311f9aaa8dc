import { v7 as uuidv7 } from 'uuid';

import type { Caller } from '../identity.ts';

import type { Outcome, RawTransaction } from './verb.ts';

/** What happened, in the domain's words: `lead.converted`, with ids and no personal data. */
export interface DomainEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Records {
  readonly caller: Caller;
  readonly tenantId: string;
  readonly action: string;
  readonly outcome: Outcome<unknown>;
}

const SECRET = /password|token|secret|hash|publishable/i;

/** A row for the audit log: secrets are masked, numbers beyond JSON's are strings. */
function maskSecrets(row: object | null | undefined): string | null {
  if (row === null || row === undefined) return null;
  return JSON.stringify(row, (key, value: unknown) => {
    if (key !== '' && SECRET.test(key)) return '[masked]';
    return typeof value === 'bigint' ? value.toString() : value;
  });
}

const INSERT = `
WITH audited AS (
  INSERT INTO audit_entries (tenant_id, id, actor_id, actor_role, action, object_type, object_id, before, after, request_id)
  VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10)
)
INSERT INTO domain_events (tenant_id, id, type, payload, request_id)
SELECT $1, e.id, e.type, e.payload, $10 FROM jsonb_to_recordset($11::jsonb) AS e (id uuid, type text, payload jsonb)`;

/** Writes the audit entry and the domain events of a mutation, in one statement. */
export async function writeRecords(tx: RawTransaction, { caller, tenantId, action, outcome }: Records): Promise<void> {
  const { identity, requestId } = caller;
  const actorId = identity.kind === 'user' ? identity.userId : null;
  const role = identity.kind === 'user' ? identity.role : identity.kind;
  const events = (outcome.events ?? []).map((event) => ({ ...event, id: uuidv7() }));
  await tx.$executeRawUnsafe(
    INSERT,
    tenantId,
    uuidv7(),
    actorId,
    role,
    action,
    outcome.object.type,
    outcome.object.id,
    maskSecrets(outcome.before),
    maskSecrets(outcome.after),
    requestId,
    JSON.stringify(events),
  );
}
