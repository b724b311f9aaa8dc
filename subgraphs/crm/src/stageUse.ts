/** What a change of a pipeline's stages means for the leads and deals in them. */
import { Refusal } from '@metatron/platform/errors';
import type { Stage } from '@metatron/prisma/crm/stages';

import type { Tx } from './context.ts';
import type { PipelineRow } from './mappers.ts';
import { stagesOf } from './stages.ts';

const IN_USE = `
SELECT stage FROM leads WHERE tenant_id = $1 AND pipeline_id = $2::uuid AND stage = ANY($3::text[])
UNION ALL
SELECT stage FROM deals WHERE tenant_id = $1 AND pipeline_id = $2::uuid AND stage = ANY($3::text[])
LIMIT 1`;

/** In one statement, so that two stages can swap their names. */
const rename = (table: 'leads' | 'deals'): string => `
UPDATE ${table} SET stage = renamed.after, version = version + 1, updated_at = now()
  FROM jsonb_each_text($3::jsonb) AS renamed (before, after)
 WHERE tenant_id = $1 AND pipeline_id = $2::uuid AND stage = renamed.before`;

/** @throws Refusal INVALID when a stage that holds something is left out or changes its kind. */
export async function restage(tx: Tx, pipeline: PipelineRow, next: readonly Stage[]): Promise<void> {
  const { tenantId, id } = pipeline;
  const before = stagesOf(pipeline);
  const successor = (stage: Stage): Stage | undefined => next.find((candidate) => candidate.id === stage.id);
  const undone = before.filter((stage) => successor(stage)?.kind !== stage.kind).map(({ name }) => name);
  const [used] = undone.length === 0 ? [] : await tx.$queryRawUnsafe<{ stage: string }[]>(IN_USE, tenantId, id, undone);
  if (used !== undefined)
    throw new Refusal(
      'INVALID',
      `The stage ${used.stage} is in use: empty it before it goes or changes its kind.`,
      'stages',
    );
  const renamed = before.flatMap((stage) => {
    const name = successor(stage)?.name;
    return name === undefined || name === stage.name ? [] : [[stage.name, name]];
  });
  if (renamed.length === 0) return;
  const names = JSON.stringify(Object.fromEntries(renamed));
  await tx.$executeRawUnsafe(rename('leads'), tenantId, id, names);
  await tx.$executeRawUnsafe(rename('deals'), tenantId, id, names);
}
