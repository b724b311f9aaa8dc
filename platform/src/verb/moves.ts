/** State machines as data: which moves a noun knows, where each may start, and where it leads. */
import { Refusal } from '../errors.ts';

export interface Move<State extends string> {
  readonly from: readonly State[];
  readonly to: State;
}

/** Gives the state that a move leads to from a stored one; refuses a move that is not legal there. */
export type StateMachine<Name extends string, State extends string> = (name: Name, state: string) => State;

/**
 * Makes a noun's state machine from its table of moves.
 *
 * Its refusals have the code CONFLICT at `id` and name the state and the move.
 */
export function stateMachine<Name extends string, const State extends string>(
  noun: string,
  table: Readonly<Record<Name, Move<State>>>,
): StateMachine<Name, State> {
  return (name, state) => {
    const { from, to } = table[name];
    if ((from as readonly string[]).includes(state)) return to;
    const starts = from.map((legal) => legal.toUpperCase()).join(' or ');
    const message = `The ${noun} is ${state.toUpperCase()}: «${name}» starts from ${starts}.`;
    throw new Refusal('CONFLICT', message, 'id');
  };
}
