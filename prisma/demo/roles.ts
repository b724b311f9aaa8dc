import { daysFrom, earlier, idAt, namedId } from './random.ts';
import type { Row, Scene, Step } from './scene.ts';
import type { Story } from './story.ts';

const shared = {
  Viewer: ['May look at everything, and change nothing', ['crm:read', 'cms:read', 'billing:read', 'analytics:read']],
  Sales: ['Works with customers, leads and deals', ['crm:read', 'crm:write', 'analytics:read']],
  Editor: ['Writes and publishes content', ['cms:read', 'cms:write', 'analytics:read']],
} as const;

const idOf = (platform: Story, name: string): string => namedId(platform.createdAt, 'role', name);

/** The roles without a tenant, which every tenant may grant. */
export function platformRoles(platform: Story): Row[] {
  return Object.entries(shared).map(([name, [description, permissions]]) => ({
    id: idOf(platform, name),
    tenant_id: null,
    name,
    description,
    permissions,
    created_at: platform.createdAt,
    updated_at: platform.createdAt,
  }));
}

/** A role of the tenant's own, and who was given which; the demo accounts keep all that the matrix allows. */
export function* roleSteps({ story, platform, faker }: Scene): Generator<Step> {
  const { plan, createdAt, anchor } = story;
  const own = {
    id: idAt(faker, createdAt),
    tenant_id: plan.id,
    name: 'Accounting',
    description: 'Reads invoices and payments',
    permissions: ['billing:read', 'crm:read'],
    created_at: createdAt,
    updated_at: createdAt,
  };
  yield { table: 'roles', rows: [own] };
  const granted = story.users.slice(2).map((person, index) => {
    const choice = Object.keys(shared)[index % 4];
    const grantedAt = earlier(daysFrom(person.createdAt, 0.5), anchor);
    return {
      tenant_id: plan.id,
      user_id: person.id,
      role_id: choice === undefined ? own.id : idOf(platform, choice),
      role_scope: choice === undefined ? plan.id : '*',
      granted_by: platform.members[0].id,
      granted_at: grantedAt,
      expires_at: index % 5 === 4 ? daysFrom(anchor, 90) : null,
    };
  });
  yield { table: 'user_roles', rows: granted };
}
