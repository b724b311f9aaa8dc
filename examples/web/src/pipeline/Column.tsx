import { useState, type DragEvent } from 'react';

import { formatMoney, sumByCurrency } from '../ui/money.ts';
import type { Lead, Moves, Stage } from './board.ts';
import { LeadCard } from './LeadCard.tsx';

/** What a dragged card carries; a text dragged from elsewhere is no lead. */
const LEAD = 'application/x-lead';

const HINTS: Readonly<Partial<Record<Stage['kind'], string>>> = {
  WON: 'What you drop here is won.',
  LOST: 'What you drop here is lost; you will be asked why.',
};

interface Props {
  readonly stage: Stage;
  readonly leads: readonly Lead[];
  readonly moves: Moves;
}

export function Column({ stage, leads, moves }: Props) {
  const [isTarget, setTarget] = useState(false);
  const sums = sumByCurrency(leads.flatMap(({ value }) => value ?? []));
  const receive = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(LEAD)) return;
      event.preventDefault();
      setTarget(true);
    },
    onDragLeave: () => setTarget(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      setTarget(false);
      moves.move(event.dataTransfer.getData(LEAD), stage);
    },
  };
  return (
    <section
      className={`column ${stage.kind.toLowerCase()}`}
      data-target={isTarget}
      aria-label={stage.name}
      {...receive}
    >
      <header>
        <h2>
          {stage.name} <small>{leads.length}</small>
        </h2>
        <p className="soft">{sums.map(formatMoney).join(' + ') || '–'}</p>
      </header>
      {leads.length === 0 && <p className="hint">{HINTS[stage.kind]}</p>}
      <ul>
        {leads.map((lead) => (
          <LeadCard
            lead={lead}
            stage={stage}
            moves={moves}
            onDragStart={({ dataTransfer }) => dataTransfer.setData(LEAD, lead.id)}
            key={lead.id}
          />
        ))}
      </ul>
    </section>
  );
}
