/** State machines as data: which moves a noun knows, where each may start, and where it leads. */
import { Refusal } from '../errors.ts';

export interface Move<State extends string> {
  readonly from: readonly State[];
  /** Left out: the move leaves the state as it is. */
  readonly to?: State;
}

/** Gives the state that a move leads to from a stored one; refuses a move that is not legal there. */
export type StateMachine<Name extends string, State extends string> = (
  name: Name,
  state: string,
  field?: string,
) => State;

/**
 * Makes a noun's state machine from its table of moves.
 *
 * Its refusals have the code CONFLICT at `id`, or at the field that named the object, and name the state and the move.
 */
export function stateMachine<Name extends string, const State extends string>(
  noun: string,
  table: Readonly<Record<Name, Move<State>>>,
): StateMachine<Name, State> {
  return (name, state, field = 'id') => {
    const { from, to } = table[name];
    if ((from as readonly string[]).includes(state)) return to ?? (state as State);
    const starts = from.map((legal) => legal.toUpperCase()).join(' or ');
    const message = `The ${noun} is ${state.toUpperCase()}: «${name}» starts from ${starts}.`;
    throw new Refusal('CONFLICT', message, field);
  };
}
