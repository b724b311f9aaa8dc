import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import { existingDeal, saveDeal } from './deal.ts';
import { holdPipeline } from './pipelineRows.ts';
import { move } from './place.ts';
import { moveDeal, nameOfMove } from './placeStates.ts';
import { firstStage, stageNamed, type StageKind } from './stages.ts';

interface Closing {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
  readonly stage?: string | null | undefined;
  readonly lostReason?: string;
}

/** @throws Refusal CONFLICT for a deal that is closed, INVALID for a stage of another kind. */
async function close(ctx: Context, tx: Tx, tenantId: string, kind: Exclude<StageKind, 'open'>, input: Closing) {
  const before = await lockTarget(tx, { ...existingDeal, tenantId, input });
  moveDeal(nameOfMove(before.stageKind, kind), before.stageKind);
  const pipeline = await holdPipeline(tx, tenantId, before.pipelineId);
  const target = input.stage == null ? firstStage(pipeline, kind) : stageNamed(pipeline, input.stage);
  if (target.kind !== kind) throw new Refusal('INVALID', `The stage ${target.name} is not a ${kind} one.`, 'stage');
  return saveDeal(ctx, tx, before, move(moveDeal, pipeline, before, target, { lostReason: input.lostReason }));
}

const target = { ...fields.versioned, stage: fields.changed(fields.text(50)) };

export const dealWin = verb({
  name: 'dealWin',
  input: z.object(target),
  tenant: existingDeal,
  act: ({ ctx, tx, input, tenantId }) => close(ctx, tx, tenantId, 'won', input),
});

export const dealLose = verb({
  name: 'dealLose',
  input: z.object({ ...target, lostReason: fields.text(2_000) }),
  tenant: existingDeal,
  act: ({ ctx, tx, input, tenantId }) => close(ctx, tx, tenantId, 'lost', input),
});
