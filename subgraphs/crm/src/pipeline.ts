import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import { findDefault, lockDefault } from './pipelineRows.ts';
import { arrange, stageInputs } from './stageInput.ts';
import { stagesOf } from './stages.ts';
import { restage } from './stageUse.ts';
import { pipelines } from './tables.ts';

async function clearDefault(tx: Tx, tenantId: string): Promise<void> {
  await tx.pipeline.updateMany({
    where: { tenantId, isDefault: true },
    data: { isDefault: false, version: { increment: 1 } },
  });
}

export const pipelineCreate = verb({
  name: 'pipelineCreate',
  input: z.object({
    ...fields.creating,
    name: fields.text(255),
    stages: stageInputs,
    isDefault: fields.kept(z.boolean()),
  }),
  tenant: { of: 'given' },
  creates: pipelines,
  async act({ tx, input, tenantId }) {
    await lockDefault(tx, tenantId);
    const isDefault = input.isDefault === true || (await findDefault(tx, tenantId)) === undefined;
    if (isDefault) await clearDefault(tx, tenantId);
    const row = await tx.pipeline.create({
      data: { tenantId, id: uuidv7(), name: input.name, stages: arrange(input.stages, []), isDefault },
    });
    return {
      row,
      object: { type: 'Pipeline', id: row.id },
      after: row,
      events: [{ type: 'pipeline.created', payload: { pipelineId: row.id, isDefault } }],
    };
  },
});

const existing = { of: 'target', table: pipelines, noun: 'pipeline' } as const;

export const pipelineUpdate = verb({
  name: 'pipelineUpdate',
  input: z.object({ ...fields.versioned, name: fields.kept(fields.text(255)), stages: fields.kept(stageInputs) }),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const stages = input.stages === undefined ? undefined : arrange(input.stages, stagesOf(before));
    if (stages !== undefined) await restage(tx, before, stages);
    const data = { ...defined({ name: input.name, stages }), version: before.version + 1 };
    const row = await tx.pipeline.update({ where: { tenantId_id: { tenantId, id: before.id } }, data });
    return {
      row,
      object: { type: 'Pipeline', id: row.id },
      before,
      after: row,
      events: [{ type: 'pipeline.updated', payload: { pipelineId: row.id } }],
    };
  },
});

export const pipelineSetDefault = verb({
  name: 'pipelineSetDefault',
  input: z.object(fields.versioned),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    await lockDefault(tx, tenantId);
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const object = { type: 'Pipeline', id: before.id };
    if (before.isDefault) return { row: before, object, before, after: before };
    await clearDefault(tx, tenantId);
    const row = await tx.pipeline.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { isDefault: true, version: before.version + 1 },
    });
    return {
      row,
      object,
      before,
      after: row,
      events: [{ type: 'pipeline.defaultSet', payload: { pipelineId: row.id } }],
    };
  },
});
