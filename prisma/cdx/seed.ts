import { captures } from '../capture/index.ts';
import { lineageRows } from '../capture/lineage.ts';
import { clientIdOf } from '../demo/directory.ts';
import { platformSteps } from '../demo/platformRecords.ts';
import { daysFrom, idAt, weighted, within } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';

import { events } from './events.ts';

function clientRow({ story: { plan }, platform }: Scene): Row {
  const { createdAt } = platform;
  const contact = `office@${plan.client.toLowerCase().replaceAll(' ', '-')}.example`;
  return {
    id: clientIdOf(platform, plan.client),
    name: plan.client,
    contact_email: contact,
    status: 'active',
    metadata: { country: plan.country },
    created_at: createdAt,
    updated_at: createdAt,
  };
}

function tenantRow({ story: { plan, createdAt, anchor }, platform }: Scene): Row {
  const owned = plan.id !== platform.plan.id;
  return {
    id: plan.id,
    name: plan.name,
    client_id: owned ? clientIdOf(platform, plan.client) : null,
    status: plan.status,
    settings: { currency: plan.currencies[0], country: plan.country },
    created_at: createdAt,
    updated_at: plan.status === 'suspended' ? daysFrom(anchor, -12) : createdAt,
  };
}

const INCIDENTS = [
  { kind: 'login_lockout', severity: 'medium', details: { reason: 'ten wrong passwords in 15 minutes' } },
  { kind: 'cross_tenant_access', severity: 'high', details: { reason: 'an id of another tenant was asked for' } },
  { kind: 'refresh_token_reuse', severity: 'high', details: { reason: 'a replaced token was shown again' } },
  { kind: 'unusual_export', severity: 'low', details: { reason: 'many rows within an hour' } },
] as const;

/** Incidents of the last 90 days, most of them dealt with. */
function incidentRows({ story, platform, faker }: Scene): Row[] {
  return faker.helpers.arrayElements(INCIDENTS, { min: 1, max: 3 }).map((incident) => {
    const at = within(faker, 90, daysFrom(story.anchor, -1));
    const status = weighted(faker, { open: 20, acknowledged: 20, resolved: 50, dismissed: 10 });
    const done = status === 'resolved' || status === 'dismissed';
    const count = faker.number.int({ min: 1, max: 12 });
    return {
      tenant_id: story.plan.id,
      id: idAt(faker, at),
      ...incident,
      status,
      dedupe_key: `demo:${incident.kind}`,
      actor_id: faker.helpers.arrayElement(story.members).id,
      ip_address: `203.0.113.${String(faker.number.int({ min: 1, max: 254 }))}`,
      count,
      first_at: at,
      last_at: daysFrom(at, count / 24),
      assigned_to: status === 'open' ? null : platform.members[0].id,
      resolution: done ? 'Asked the person, who confirmed it.' : null,
      created_at: at,
      updated_at: daysFrom(at, 0.5),
    };
  });
}

function factOf({ story: { plan, createdAt }, platform }: Scene): Fact<typeof events> {
  return {
    at: createdAt,
    actor: platform.members[0],
    role: 'superadmin',
    action: 'tenantCreate',
    event: { type: 'tenant.created', payload: { tenantId: plan.id } },
    type: 'Tenant',
    id: plan.id,
    after: { id: plan.id, name: plan.name },
  };
}

function* tenantSteps(scene: Scene): Generator<Step> {
  yield { table: 'tenants', rows: [tenantRow(scene)] };
  yield { table: 'security_events', rows: incidentRows(scene) };
  yield* recordsOf(scene, events, [factOf(scene)]);
}

/** What the platform knows of itself; the summaries, projections and the audit log are filled by the sync jobs. */
export const seed: DomainSeed = {
  *tenant(scene) {
    // Two tenants of one client both bring it along; the first makes it.
    yield { table: 'clients', rows: [clientRow(scene)] };
    yield* tenantSteps(scene);
  },
  *platform(scene) {
    yield* tenantSteps(scene);
    yield* platformSteps(scene);
    yield { table: 'data_lineage', rows: Object.values(captures).flatMap(lineageRows) };
  },
};
