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

  async function moveLead(lead: Lead, stage: Stage, lostReason?: string): Promise<void> {
    setMoving((before) => new Set(before).add(lead.id));
    const refusal = await ask(lead, stage, lostReason).catch((error: unknown) => faultsOf(error)[0]?.message);
    setMoving((before) => new Set([...before].filter((id) => id !== lead.id)));
    setRefusals((before) => {
      const others = [...before].filter(([id]) => id !== lead.id);
      return new Map(refusal === undefined ? others : [...others, [lead.id, refusal]]);
    });
  }

  return { moveLead, moving, refusals };
}
