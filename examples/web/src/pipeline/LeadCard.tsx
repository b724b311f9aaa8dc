import type { DragEventHandler } from 'react';

import { unmask, type FragmentType } from '../generated/index.ts';
import { formatMoney } from '../ui/money.ts';
import type { Moves, Stage } from './board.ts';
import { LEAD_CARD } from './operations.ts';

interface Props {
  readonly lead: FragmentType<typeof LEAD_CARD>;
  readonly stage: Stage;
  readonly moves: Moves;
  readonly onDragStart: DragEventHandler;
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

export function LeadCard({ lead, stage, moves, onDragStart }: Props) {
  const { id, title, value, probability, expectedCloseDate, customer, assignee } = unmask(LEAD_CARD, lead);
  const { stages, moving, refusals, move } = moves;
  const isMoving = moving.has(id);
  const refusal = refusals.get(id);
  return (
    <li className="card" draggable={!isMoving} aria-busy={isMoving} onDragStart={onDragStart}>
      <h3>{title}</h3>
      <p className="soft">{customer?.company}</p>
      <p className="value">
        {value ? formatMoney(value) : 'no value yet'}
        <small>{probability == null ? '' : `${probability} %`}</small>
      </p>
      {refusal !== undefined && (
        <p role="alert" className="card-fault">
          {refusal}
        </p>
      )}
      <footer>
        <small>
          {[assignee?.firstName, assignee?.lastName].filter(Boolean).join(' ') || 'nobody'}
          {expectedCloseDate == null ? '' : ` · ${day.format(new Date(expectedCloseDate))}`}
        </small>
        {/* The same move without a mouse. */}
        <select
          aria-label={`Stage of ${title}`}
          value={stage.name}
          disabled={isMoving}
          onChange={({ target }) => {
            const chosen = stages.find(({ name }) => name === target.value);
            if (chosen) move(id, chosen);
          }}
        >
          {stages.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </footer>
    </li>
  );
}
