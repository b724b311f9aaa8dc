import { v7 as uuidv7 } from 'uuid';

import type { Caller } from '../identity.ts';

import { toStored, type DomainEvents, type EventOf } from './events.ts';
import type { Outcome, RawTransaction } from './verb.ts';

export interface Records<Event> {
  readonly caller: Caller;
  readonly tenantId: string;
  readonly action: string;
  readonly outcome: Outcome<unknown, Event>;
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
INSERT INTO domain_events (tenant_id, id, type, version, payload, request_id)
SELECT $1, e.id, e.type, e.version, e.payload, $10
  FROM jsonb_to_recordset($11::jsonb) AS e (id uuid, type text, version integer, payload jsonb)`;

/**
 * Writes the audit entry and the domain events of a mutation, in one statement.
 * @throws EventFault for an event that its domain has not declared so
 */
export async function writeRecords<Events extends DomainEvents>(
  tx: RawTransaction,
  declared: Events,
  { caller, tenantId, action, outcome }: Records<EventOf<Events>>,
): Promise<void> {
  const { identity, requestId } = caller;
  const actorId = identity.kind === 'user' ? identity.userId : null;
  const role = identity.kind === 'user' ? identity.role : identity.kind;
  const events = (outcome.events ?? []).map((event) => ({ ...toStored(declared, event), id: uuidv7() }));
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
