import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { partly } from '../client/partly.ts';
import { Faults } from '../ui/Faults.tsx';
import type { Lead, Pipeline, Stage } from './board.ts';
import { Column } from './Column.tsx';
import { LostDialog } from './LostDialog.tsx';
import { BOARD } from './operations.ts';
import { useMoveLead } from './useMoveLead.ts';

interface Loss {
  readonly lead: Lead;
  readonly stage: Stage;
}

export function Board({ pipeline }: { readonly pipeline: Pipeline }) {
  const { data, error, fetchMore, refetch } = useQuery(BOARD, { ...partly, variables: { pipelineId: pipeline.id } });
  const { moveLead, moving, refusals } = useMoveLead();
  const [loss, setLoss] = useState<Loss>();
  const leads = data?.leads?.edges.map(({ node }) => node) ?? [];
  const pageInfo = data?.leads?.pageInfo;

  function move(leadId: string, stage: Stage): void {
    const lead = leads.find(({ id }) => id === leadId);
    if (lead === undefined || lead.stage === stage.name) return;
    if (stage.kind === 'LOST') setLoss({ lead, stage });
    else void moveLead(lead, stage);
  }

  return (
    <>
      <Faults error={error} onRetry={() => void refetch()} />
      <div className="board">
        {pipeline.stages.map((stage) => (
          <Column
            stage={stage}
            leads={leads.filter((lead) => lead.stage === stage.name)}
            moves={{ stages: pipeline.stages, moving, refusals, move }}
            key={stage.id}
          />
        ))}
      </div>
      {pageInfo?.hasNextPage && (
        <button type="button" onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}>
          Load more
        </button>
      )}
      {loss && (
        <LostDialog
          onReason={(reason) => void moveLead(loss.lead, loss.stage, reason)}
          onClose={() => setLoss(undefined)}
        />
      )}
    </>
  );
}
