import { toStored, type DomainEvents, type EventOf } from '@metatron/platform/verb/events';

import { requestIdOf } from './marks.ts';
import { digestOf, idAt } from './random.ts';
import type { Row, Scene, Step } from './scene.ts';
import type { Person } from './story.ts';

/** A mutation that could have made one of the demo's rows. */
export interface Fact<Events extends DomainEvents> {
  readonly at: Date;
  readonly actor: Person;
  readonly role: 'superadmin' | 'client';
  /** The mutation's field: `customerCreate`. */
  readonly action: string;
  readonly event: EventOf<Events>;
  /** The GraphQL type and the id of the object. */
  readonly type: string;
  readonly id: string;
  readonly after: Row;
}

const isCreation = ({ action }: Pick<Fact<DomainEvents>, 'action'>): boolean => action.endsWith('Create');

/** The three records that every mutation leaves: audit entry, domain event, idempotency key. */
export function* recordsOf<Events extends DomainEvents>(
  { story, faker }: Scene,
  declared: Events,
  facts: readonly Fact<Events>[],
): Generator<Step> {
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
  const events = facts.map(({ at, event }) => ({
    tenant_id,
    id: idAt(faker, at),
    at,
    ...toStored(declared, event),
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
