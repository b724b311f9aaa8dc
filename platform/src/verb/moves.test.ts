import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Refusal } from '../errors.ts';

import { stateMachine } from './moves.ts';

const table = {
  open: { from: ['draft'], to: 'open' },
  pay: { from: ['open'], to: 'paid' },
  void: { from: ['draft', 'open'], to: 'void' },
} as const;
const move = stateMachine('invoice', table);

it('leads to the state of the table from every legal start, and refuses from every other', () => {
  const states = fc.constantFrom('draft', 'open', 'paid', 'void');
  fc.assert(
    fc.property(fc.constantFrom('open', 'pay', 'void'), states, (name, state) => {
      const legal = (table[name].from as readonly string[]).includes(state);
      if (legal) expect(move(name, state)).toBe(table[name].to);
      else expect(() => move(name, state)).toThrow(Refusal);
    }),
  );
});

it('names the state and the move that is refused', () => {
  try {
    move('void', 'paid');
    throw new Error('the move was allowed');
  } catch (error) {
    expect((error as Refusal).userErrors).toEqual([
      { field: ['id'], code: 'CONFLICT', message: 'The invoice is PAID: «void» starts from DRAFT or OPEN.' },
    ]);
  }
});

it('stays where it is by a move that leads nowhere, and refuses at the field that it is told', () => {
  const stay = stateMachine('invoice', { edit: { from: ['draft'] } });
  expect(stay('edit', 'draft')).toBe('draft');
  try {
    stay('edit', 'open', 'invoiceId');
    throw new Error('the move was allowed');
  } catch (error) {
    expect((error as Refusal).userErrors[0]?.field).toEqual(['invoiceId']);
  }
});
