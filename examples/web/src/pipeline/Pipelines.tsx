import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { partly } from '../client/partly.ts';
import { Faults } from '../ui/Faults.tsx';
import { Board } from './Board.tsx';
import { LeadForm } from './LeadForm.tsx';
import { PIPELINES } from './operations.ts';

export function Pipelines() {
  const { data, error, refetch } = useQuery(PIPELINES, partly);
  const [chosen, choose] = useState<string>();
  const [adding, setAdding] = useState(false);
  const pipelines = data?.pipelines?.edges.map(({ node }) => node) ?? [];
  const pipeline = pipelines.find(({ id }) => id === chosen) ?? pipelines.find(({ isDefault }) => isDefault);
  return (
    <section className="pipeline">
      <div className="tools">
        <h1>Pipeline</h1>
        <label>
          Shown
          <select value={pipeline?.id} onChange={({ target }) => choose(target.value)}>
            {pipelines.map(({ id, name }) => (
              <option value={id} key={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          New lead
        </button>
      </div>
      <Faults error={error} onRetry={() => void refetch()} />
      {pipeline && <Board pipeline={pipeline} key={pipeline.id} />}
      {pipeline && adding && <LeadForm pipelineId={pipeline.id} onDone={() => setAdding(false)} />}
    </section>
  );
}
