import { requestIdOf } from './marks.ts';
import { digestOf, idAt } from './random.ts';
import type { Row, Scene, Step } from './scene.ts';
import type { Person } from './story.ts';

/** A mutation that could have made one of the demo's rows. */
export interface Fact {
  readonly at: Date;
  readonly actor: Person;
  readonly role: 'superadmin' | 'client';
  /** The mutation's field: `customerCreate`. */
  readonly action: string;
  /** The domain event: `customer.created`. */
  readonly event: string;
  /** The GraphQL type and the id of the object. */
  readonly type: string;
  readonly id: string;
  readonly after: Row;
}

const isCreation = ({ action }: Fact): boolean => action.endsWith('Create');

/** The three records that every mutation leaves: audit entry, domain event, idempotency key. */
export function* recordsOf({ story, faker }: Scene, facts: readonly Fact[]): Generator<Step> {
  const tenant_id = story.plan.id;
  const request_id = requestIdOf(story.anchor);
  const audits = facts.map(({ at, actor, role, action, type, id, after }) => ({
    tenant_id,
    id: idAt(faker, at),
    at,
    actor_id: actor.id,
    actor_role: role,
    action,
    object_type: type,
    object_id: id,
    after,
    request_id,
  }));
  const events = facts.map(({ at, event, id }) => ({
    tenant_id,
    id: idAt(faker, at),
    at,
    type: event,
    payload: { id },
    request_id,
    // Nobody is to act on what only the story has done, nor to count it.
    delivered_at: at,
    told_at: at,
  }));
  const keys = facts.filter(isCreation).map(({ at, actor, action, id }) => ({
    tenant_id,
    actor_id: actor.id,
    key: faker.string.uuid(),
    action,
    input_hash: `\\x${digestOf(faker)}`,
    object_id: id,
    created_at: at,
  }));
  yield { table: 'audit_entries', rows: audits };
  yield { table: 'domain_events', rows: events };
  yield { table: 'idempotency_keys', rows: keys };
}
