import { daysFrom, idAt, namedId } from './random.ts';
import type { Row, Scene, Step } from './scene.ts';
import type { Story } from './story.ts';
import { publishableKeyOf } from './tenants.ts';

/** The id of the cdx client that owns a tenant: the same wherever it is mentioned. */
export const clientIdOf = (platform: Story, client: string): string => namedId(platform.createdAt, 'client', client);

function keyRow({ story, faker }: Scene, key: string, createdAt: Date, revokedAt: Date | null): Row {
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, createdAt),
    key,
    kind: 'publishable',
    created_at: createdAt,
    revoked_at: revokedAt,
  };
}

/** The tenant in AUTH's directory, with a key in use and one that was replaced. */
export function* directorySteps(scene: Scene): Generator<Step> {
  const {
    story: { plan, createdAt, anchor },
    platform,
  } = scene;
  const suspendedAt = plan.status === 'suspended' ? daysFrom(anchor, -12) : createdAt;
  yield {
    table: 'tenants',
    rows: [
      {
        id: plan.id,
        name: plan.name,
        status: plan.status,
        client_id: clientIdOf(platform, plan.client),
        created_at: createdAt,
        updated_at: suspendedAt,
      },
    ],
  };
  yield {
    table: 'tenant_keys',
    rows: [
      keyRow(scene, publishableKeyOf(plan.id), createdAt, null),
      keyRow(scene, `pk_demo_${plan.id}_replaced_one`, daysFrom(createdAt, 1), daysFrom(createdAt, 30)),
    ],
  };
}
