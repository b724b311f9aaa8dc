/** A pipeline's stages: what they are, and which one a caller means. */
import { Refusal } from '@metatron/platform/errors';
import type { Stage } from '@metatron/prisma/crm/stages';
import { z } from 'zod';

import type { PipelineRow } from './mappers.ts';

const stageSchema = z.object({
  id: z.string(),
  name: z.string(),
  order: z.int(),
  probability: z.int(),
  kind: z.enum(['open', 'won', 'lost']),
});

export type StageKind = Stage['kind'];

/** The stages of a stored pipeline, in order; a CHECK holds their shape. */
export const stagesOf = ({ stages }: Pick<PipelineRow, 'stages'>): Stage[] =>
  stageSchema
    .array()
    .parse(stages)
    .sort((one, other) => one.order - other.order);

export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** @throws Refusal INVALID when the pipeline has no such stage. */
export function stageNamed(pipeline: PipelineRow, name: string): Stage {
  const stages = stagesOf(pipeline);
  const found = stages.find((candidate) => sameName(candidate.name, name.trim()));
  if (found !== undefined) return found;
  throw new Refusal(
    'INVALID',
    `The pipeline ${pipeline.name} has no such stage; it has: ${stages.map((candidate) => candidate.name).join(', ')}.`,
    'stage',
  );
}

/** @throws Refusal INVALID when the pipeline has no stage of the kind. */
export function firstStage(pipeline: PipelineRow, kind: StageKind): Stage {
  const found = stagesOf(pipeline).find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Refusal('INVALID', `The pipeline ${pipeline.name} has no ${kind} stage.`, 'stage');
  return found;
}
