/** Where a lead or a deal stands in its pipeline, and what follows from it. */
import { Refusal } from '@metatron/platform/errors';
import { actorOf } from '@metatron/platform/verb/member';
import type { Stage } from '@metatron/prisma/crm/stages';
import { v7 as uuidv7 } from 'uuid';

import type { Context, Tx } from './context.ts';
import type { PipelineRow } from './mappers.ts';
import { nameOfMove, stateOf, type PlaceMachine } from './placeStates.ts';
import { stagesOf, type StageKind } from './stages.ts';

/** The chance that a decision stands for. */
const certainty: Readonly<Partial<Record<StageKind, number>>> = { won: 100, lost: 0 };

/** What a caller asks for besides the stage; undefined leaves it to the stage. */
export interface Wish {
  readonly probability?: number | null | undefined;
  readonly lostReason?: string | null | undefined;
}

/** A place in a pipeline, as the columns of a lead or deal. */
export interface Place {
  readonly stage: string;
  readonly stageKind: string;
  readonly probability: number;
  readonly lostReason: string | null;
}

/**
 * What holds in a stage.
 * @throws Refusal INVALID for a chance that contradicts the stage, a loss without a reason, or a reason without a loss.
 */
export function enter(stage: Stage, { probability, lostReason }: Wish): Place {
  const certain = certainty[stage.kind];
  if (certain !== undefined && probability != null && probability !== certain) {
    throw new Refusal('INVALID', `In the stage ${stage.name} the probability is ${String(certain)}.`, 'probability');
  }
  if (stage.kind === 'lost' && lostReason == null) throw new Refusal('INVALID', 'Say why it was lost.', 'lostReason');
  if (stage.kind !== 'lost' && lostReason != null)
    throw new Refusal('INVALID', 'Only what is lost has a reason for it.', 'lostReason');
  return {
    stage: stage.name,
    stageKind: stage.kind,
    probability: certain ?? probability ?? stage.probability,
    lostReason: lostReason ?? null,
  };
}

type Placed = Pick<Place, 'stage' | 'stageKind' | 'lostReason'> & {
  readonly probability: number | null;
  readonly convertedAt?: Date | null;
};

/** Staying in a stage: what is not wished otherwise is kept. */
function stay(stage: Stage, current: Placed, { probability, lostReason }: Wish): Place {
  return enter(stage, {
    probability: probability === undefined ? current.probability : probability,
    lostReason: lostReason === undefined ? current.lostReason : lostReason,
  });
}

/**
 * The place after a move within a pipeline; to the stage where it is, only the wishes count.
 * @throws Refusal CONFLICT when the move is not legal in the state, INVALID when the wishes do not fit the stage.
 */
export function move(
  machine: PlaceMachine,
  pipeline: PipelineRow,
  current: Placed,
  target: Stage | undefined,
  wish: Wish,
): Place & { readonly stageChangedAt?: Date } {
  const from = stagesOf(pipeline).find(({ name }) => name === current.stage);
  if (from === undefined) throw new Error(`stage of ${pipeline.id} is not in it`);
  const state = stateOf(current);
  if (target === undefined || target.name === from.name) {
    machine('update', state);
    return stay(from, current, wish);
  }
  machine(nameOfMove(state, target.kind), state, 'stage');
  return { ...enter(target, wish), stageChangedAt: new Date() };
}

interface Change {
  readonly subject: { readonly leadId: string } | { readonly dealId: string };
  /** Before it; null when it enters its pipeline. */
  readonly before: { readonly stage: string } | null;
  readonly after: {
    readonly tenantId: string;
    readonly pipelineId: string;
    readonly stage: string;
    readonly stageKind: string;
    readonly stageChangedAt: Date;
  };
}

/** Writes the history's row of a change of stage; none when the stage is the same. */
export async function noteStage(ctx: Context, tx: Tx, { subject, before, after }: Change): Promise<void> {
  if (before?.stage === after.stage) return;
  const { tenantId, pipelineId, stage, stageKind, stageChangedAt } = after;
  await tx.stageHistory.create({
    data: {
      ...subject,
      tenantId,
      id: uuidv7(),
      pipelineId,
      fromStage: before?.stage ?? null,
      toStage: stage,
      toKind: stageKind,
      changedBy: actorOf(ctx),
      changedAt: stageChangedAt,
    },
  });
}
