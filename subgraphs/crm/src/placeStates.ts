/** What may be done with a lead or a deal, by the kind of stage that it stands in: what is decided can only be reopened. */
import { stateMachine, type StateMachine } from '@metatron/platform/verb/moves';

import type { StageKind } from './stages.ts';

const anywhere = ['open', 'won', 'lost'] as const;

const moves = {
  update: { from: anywhere },
  move: { from: ['open'] },
  win: { from: ['open'], to: 'won' },
  lose: { from: ['open'], to: 'lost' },
  reopen: { from: ['won', 'lost'], to: 'open' },
} as const;

/** A lead that is converted stays as it is: its deal goes on in its place. */
export const moveLead = stateMachine('lead', {
  ...moves,
  assign: { from: anywhere },
  convert: { from: ['open', 'won'], to: 'converted' },
});

export const moveDeal = stateMachine('deal', moves);

/** What leads and deals have in common. */
export type PlaceMachine = StateMachine<keyof typeof moves, string>;

/** The state of a lead or a deal. */
export const stateOf = (row: { readonly stageKind: string; readonly convertedAt?: Date | null }): string =>
  row.convertedAt == null ? row.stageKind : 'converted';

const DECISIONS = { won: 'win', lost: 'lose' } as const;

/** What entering a stage of a kind is called, from where something stands. */
export function nameOfMove(state: string, kind: StageKind): Exclude<keyof typeof moves, 'update'> {
  if (kind !== 'open') return DECISIONS[kind];
  return state === 'won' || state === 'lost' ? 'reopen' : 'move';
}
