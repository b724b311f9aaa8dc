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

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

export function LeadCard({ lead, stage, moves, onDragStart }: Props) {
  const { id, title, value, probability, expectedCloseDate, customer, assignee } = unmask(LEAD_CARD, lead);
  const { stages, moving, refusals, move } = moves;
  const assigned = [assignee?.firstName, assignee?.lastName].filter((name) => name != null);
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
        <span className="avatar" title={assigned.join(' ') || 'Nobody takes care of it'}>
          {assigned.map(([initial]) => initial)}
        </span>
        <small>{expectedCloseDate == null ? '' : day.format(new Date(expectedCloseDate))}</small>
        {/* The same move without a mouse. */}
        <select
          aria-label={`Move ${title}`}
          value=""
          disabled={isMoving}
          onChange={({ target }) => {
            const chosen = stages.find(({ name }) => name === target.value);
            if (chosen) move(id, chosen);
          }}
        >
          <option value="">Move</option>
          {stages
            .filter(({ name }) => name !== stage.name)
            .map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
        </select>
      </footer>
    </li>
  );
}
