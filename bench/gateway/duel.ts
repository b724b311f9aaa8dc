/**
 * Some contenders of the nested query alone, to work on one of them:
 * `node bench/gateway/duel.ts [--rounds N] [--flag=<of node>]… ideal ours ours@<another working copy>`.
 */
import { parseArgs } from 'node:util';

import { round, takeTurns } from '../statistics.ts';

import type { Contender, Turn } from './contenders.ts';
import { BODY, names, openArena, type Name } from './contest.ts';
import { spread } from './figures.ts';
import { startFour } from './four/startFour.ts';

const TURN = { mode: 'distinct', body: BODY, callers: 20, seconds: 1.5 } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '6' }, flag: { type: 'string', multiple: true, default: [] } },
});

function nameOf(chosen: string): readonly [Name, string | undefined] {
  const [given = '', folder] = chosen.split('@');
  const name = names.find((known) => known === given);
  if (name === undefined) throw new Error(`there is no contender ${given}: choose from ${names.join(', ')}`);
  return [name, folder];
}

const four = await startFour('recorded');
const start = await openArena(four);
const contenders: Record<string, Contender> = {};
for (const chosen of positionals) {
  const [name, folder] = nameOf(chosen);
  const contender = await start(name, folder, values.flag);
  const before = await four.ask('fetches');
  await contender.answer(BODY);
  console.log(chosen, `asks ${(await four.ask('fetches')) - before} times`);
  contenders[chosen] = contender;
}
const turns = Object.fromEntries(positionals.map((chosen) => [chosen, () => contenders[chosen]?.turn(TURN)]));
const taken = await takeTurns(turns as Record<string, () => Promise<Turn>>, {
  warmUps: 2,
  rounds: Number(values.rounds),
});
const figures = positionals.map((chosen) => spread(taken[chosen] ?? [], ({ cpuMs }) => cpuMs));
for (const [index, chosen] of positionals.entries()) {
  const figure = figures[index];
  console.log(chosen, figure, `times the first ${round((figure?.median ?? NaN) / (figures[0]?.median ?? NaN))}`);
}
for (const contender of Object.values(contenders)) await contender.stop();
await four.stop();
