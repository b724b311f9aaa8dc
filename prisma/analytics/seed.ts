import { insightRows } from '../demo/insights.ts';
import { daysFrom, digestOf, idAt } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import { metricRows } from '../demo/rollups.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';
import { visit } from '../demo/visits.ts';

import { events } from './events.ts';

interface Dashboard {
  readonly id: string;
  readonly row: Row;
}

/** @param shared seen by whoever has its link; nobody has, since the token was never there. */
function makeDashboard({ faker, story }: Scene, name: string, widgets: readonly string[], shared: boolean): Dashboard {
  const createdAt = daysFrom(story.anchor, -80);
  const id = idAt(faker, createdAt);
  return {
    id,
    row: {
      tenant_id: story.plan.id,
      id,
      name,
      description: null,
      config: { widgets: widgets.map((kind, index) => ({ kind, column: index % 2, row: Math.floor(index / 2) })) },
      is_public: shared,
      created_by: story.members[0].id,
      share_token_hash: shared ? `\\x${digestOf(faker)}` : null,
      share_expires_at: shared ? daysFrom(story.anchor, 60) : null,
      created_at: createdAt,
      updated_at: createdAt,
    },
  };
}

function factsOf({ story, platform }: Scene, dashboards: readonly Dashboard[]): Fact<typeof events>[] {
  return dashboards.map(({ id, row }): Fact<typeof events> => ({
    at: daysFrom(story.anchor, -80),
    actor: platform.members[0],
    role: 'superadmin',
    action: 'dashboardCreate',
    event: { type: 'dashboard.created', payload: { dashboardId: id } },
    type: 'Dashboard',
    id,
    after: { id, name: row['name'] },
  }));
}

function* seedTenant(scene: Scene): Generator<Step> {
  const { story } = scene;
  const sessions = 20 + story.customers.length * 4;
  const visits = Array.from({ length: sessions }, () => visit(scene)).flat();
  const website = makeDashboard(scene, 'Website', ['trend', 'funnel', 'top', 'breakdown'], false);
  const weekly = makeDashboard(scene, 'Weekly report', ['trend', 'retention'], true);

  yield { table: 'events', rows: visits.map(({ row }) => row) };
  yield {
    table: 'event_messages',
    rows: visits.map(({ row }) => ({
      tenant_id: row['tenant_id'],
      message_id: row['message_id'],
      event_id: row['id'],
      received_at: row['received_at'],
    })),
  };
  yield { table: 'metrics', rows: metricRows(scene, visits) };
  yield { table: 'dashboards', rows: [website.row, weekly.row] };
  yield { table: 'insights', rows: insightRows(scene, website.id, visits) };
  yield* recordsOf(scene, events, factsOf(scene, [website, weekly]));
}

/** Ninety days of visits, what they add up to, and the questions asked of them. */
export const seed: DomainSeed = { tenant: seedTenant };
