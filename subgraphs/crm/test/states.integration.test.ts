/** Every move of a lead and a deal from every state: legal as the tables say, or refused by the state's and the move's name. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';

import { change, done } from './crm.ts';

afterAll(closeSql);

type State = 'OPEN' | 'WON' | 'LOST' | 'CONVERTED';

interface Act {
  readonly mutation: string;
  readonly input: object;
}

const lost = { stage: 'lost', lostReason: 'price' };

/** How something that was just made comes into a state. */
const ways: Readonly<Record<State, readonly Act[]>> = {
  OPEN: [],
  WON: [{ mutation: 'StageMove', input: { stage: 'closed' } }],
  LOST: [{ mutation: 'StageMove', input: lost }],
  CONVERTED: [{ mutation: 'Convert', input: {} }],
};

async function madeIn(noun: 'lead' | 'deal', state: State): Promise<string> {
  const { id } = await done(noun, 'acme', `${noun}Create`, { title: `To be ${state}` });
  for (const { mutation, input } of ways[state]) await done(noun, 'acme', `${noun}${mutation}`, { id, ...input });
  return id;
}

/** What an act in a state comes to: `legal`, or the refusal's message. */
async function outcome(noun: 'lead' | 'deal', state: State, { mutation, input }: Act): Promise<string> {
  const { userErrors } = await change('acme', mutation, { id: await madeIn(noun, state), ...input });
  const [error] = userErrors;
  return error === undefined ? 'legal' : `${error.code} ${error.message}`;
}

const refused = (noun: string, state: State, name: string, starts: string): string =>
  `CONFLICT The ${noun} is ${state}: «${name}» starts from ${starts}.`;

const DECIDED = 'OPEN or WON or LOST';

describe.each<State>(['OPEN', 'WON', 'LOST', 'CONVERTED'])('a lead that is %s', (state) => {
  test.each<[string, Act, readonly State[], string]>([
    ['update', { mutation: 'leadUpdate', input: { title: 'New' } }, ['OPEN', 'WON', 'LOST'], DECIDED],
    ['assign', { mutation: 'leadAssign', input: { assignedTo: null } }, ['OPEN', 'WON', 'LOST'], DECIDED],
    ['win', { mutation: 'leadStageMove', input: { stage: 'closed', probability: 100 } }, ['OPEN', 'WON'], 'OPEN'],
    ['lose', { mutation: 'leadStageMove', input: lost }, ['OPEN', 'LOST'], 'OPEN'],
    ['convert', { mutation: 'leadConvert', input: {} }, ['OPEN', 'WON'], 'OPEN or WON'],
  ])('knows whether it may «%s»', async (name, act, legal, starts) => {
    const expected = legal.includes(state) ? 'legal' : refused('lead', state, name, starts);
    expect(await outcome('lead', state, act)).toBe(expected);
  });
});

describe.each<State>(['OPEN', 'WON', 'LOST'])('a deal that is %s', (state) => {
  test.each<[string, Act, readonly State[]]>([
    ['win', { mutation: 'dealWin', input: {} }, ['OPEN']],
    ['lose', { mutation: 'dealLose', input: { lostReason: 'price' } }, ['OPEN']],
    ['move', { mutation: 'dealStageMove', input: { stage: 'qualified' } }, ['OPEN', 'WON', 'LOST']],
    ['update', { mutation: 'dealUpdate', input: { title: 'New' } }, ['OPEN', 'WON', 'LOST']],
  ])('knows whether it may «%s»', async (name, act, legal) => {
    const expected = legal.includes(state) ? 'legal' : refused('deal', state, name, 'OPEN');
    expect(await outcome('deal', state, act)).toBe(expected);
  });
});
