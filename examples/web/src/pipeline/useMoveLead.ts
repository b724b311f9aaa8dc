import { useMutation } from '@apollo/client/react';
import { useState } from 'react';

import { faultsOf } from '../client/faults.ts';
import type { LeadStageMoveMutation } from '../generated/graphql.ts';
import type { Lead, Stage } from './board.ts';
import { BOARD, LEAD_STAGE_MOVE } from './operations.ts';

/** What the gateway will answer if all goes well. Apollo takes it back when the real answer comes. */
const hopedFor = ({ id, version }: Lead, { name, kind, probability }: Stage): LeadStageMoveMutation => ({
  __typename: 'Mutation',
  leadStageMove: {
    __typename: 'LeadStageMovePayload',
    lead: { __typename: 'Lead', id, stage: name, stageKind: kind, probability, version },
    userErrors: [],
  },
});

/** Moves a lead at once; a refusal puts it back and says why. */
export function useMoveLead() {
  const [mutate, { client }] = useMutation(LEAD_STAGE_MOVE);
  const [moving, setMoving] = useState<ReadonlySet<string>>(new Set());
  const [refusals, setRefusals] = useState<ReadonlyMap<string, string>>(new Map());

  async function ask(lead: Lead, stage: Stage, lostReason?: string): Promise<string | undefined> {
    const { id, version: expectedVersion } = lead;
    const { data } = await mutate({
      variables: {
        input: { id, expectedVersion, stage: stage.name, ...(lostReason === undefined ? {} : { lostReason }) },
      },
      optimisticResponse: hopedFor(lead, stage),
    });
    const refusal = data?.leadStageMove?.userErrors[0];
    // Somebody else was faster: what they did is what the next move starts from.
    if (refusal?.code === 'CONFLICT') await client.refetchQueries({ include: [BOARD] });
    return refusal?.message;
  }

  function note(id: string, isMoving: boolean, refusal?: string): void {
    const others = (entry: string) => entry !== id;
    setMoving((before) => new Set([...before].filter(others).concat(isMoving ? id : [])));
    setRefusals((before) => {
      const kept = [...before].filter(([entry]) => others(entry));
      return new Map(refusal === undefined ? kept : [...kept, [id, refusal]]);
    });
  }

  async function moveLead(lead: Lead, stage: Stage, lostReason?: string): Promise<void> {
    note(lead.id, true);
    const refusal = await ask(lead, stage, lostReason).catch((error: unknown) => faultsOf(error)[0]?.message);
    note(lead.id, false, refusal);
  }

  return { moveLead, moving, refusals };
}
