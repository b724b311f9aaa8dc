import type { Faker } from '@faker-js/faker';

import { stage, type Stage } from '../crm/stages.ts';

import { between, daysFrom, earlier, idAt } from './random.ts';
import type { Row, Scene } from './scene.ts';

/** A second pipeline, which is not the default. */
export const partnerStages: readonly Stage[] = [
  stage('contacted', 1, 20),
  stage('evaluating', 2, 40),
  stage('contract', 3, 80),
  stage('partner', 4, 100, 'won'),
  stage('declined', 5, 0, 'lost'),
];

export interface Pipeline {
  readonly id: string;
  readonly stages: readonly Stage[];
}

/** One entry into a stage. */
interface Move {
  readonly stage: Stage;
  readonly at: Date;
}

export type Journey = readonly [Move, ...Move[]];

/** A way through a pipeline from its first stage to one of a kind, never later than `until`. */
export function journeyOf(faker: Faker, { stages }: Pipeline, kind: Stage['kind'], from: Date, until: Date): Journey {
  const open = stages.filter((candidate) => candidate.kind === 'open');
  const [first, ...rest] = open.slice(0, faker.number.int({ min: 1, max: open.length }));
  if (first === undefined) throw new Error('a pipeline begins with an open stage');
  const end = stages.filter((candidate) => kind !== 'open' && candidate.kind === kind);
  const moves: [Move, ...Move[]] = [{ stage: first, at: from }];
  let at = from;
  for (const next of [...rest, ...end]) {
    at = between(faker, at, earlier(daysFrom(at, 25), until));
    moves.push({ stage: next, at });
  }
  return moves;
}

export const lastOf = (journey: Journey): Move => journey.at(-1) ?? journey[0];

/** The history of one lead or deal: a row per entry, the first from nothing. */
export function historyRows(
  { story, faker }: Scene,
  subject: { lead_id: string | null; deal_id: string | null },
  pipelineId: string,
  journey: Journey,
  userId: string,
): Row[] {
  return journey.map(({ stage: to, at }, index) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    ...subject,
    pipeline_id: pipelineId,
    from_stage: journey[index - 1]?.stage.name ?? null,
    to_stage: to.name,
    to_kind: to.kind,
    changed_by: userId,
    changed_at: at,
  }));
}
