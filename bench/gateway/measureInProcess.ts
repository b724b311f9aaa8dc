/** The nested query with the subgraphs in our gateway's process, against vanilla over HTTP to the same subgraphs. */
import { isDeepStrictEqual } from 'node:util';

import { round, takeTurns } from '../statistics.ts';

import { startContender, type Contender } from './contenders.ts';
import { BODY } from './contest.ts';
import { spread } from './figures.ts';
import { startFour, type Four } from './four/startFour.ts';

const CALLERS = 20;
const SECONDS = 2;
const ROUNDS = { warmUps: 2, rounds: 5 };

const start = (file: string, { supergraphFile }: Four, ...parameters: readonly string[]): Promise<Contender> =>
  startContender(new URL(file, import.meta.url), { parameters: [supergraphFile, ...parameters] });

/** CPU of a request in the gateway and in the subgraphs' process. */
async function wholeCpu(contender: Contender, four: Four): Promise<number> {
  const before = await four.ask('cpu');
  const { cpuMs, requests } = await contender.turn({
    mode: 'distinct',
    body: BODY,
    callers: CALLERS,
    seconds: SECONDS,
  });
  return cpuMs + ((await four.ask('cpu')) - before) / requests;
}

export async function measureInProcess() {
  const [four, plainFour] = [await startFour('apollo'), await startFour('computed')];
  const vanilla = await start('vanilla.ts', four);
  const vanillaPlain = await start('vanilla.ts', plainFour);
  const ours = await start('ours.ts', four, 'local');
  if (!isDeepStrictEqual(await ours.answer(BODY), await vanilla.answer(BODY)))
    throw new Error('ours in process answers otherwise than vanilla');
  const taken = await takeTurns(
    {
      vanilla: () => wholeCpu(vanilla, four),
      vanillaPlain: () => wholeCpu(vanillaPlain, plainFour),
      ours: () => wholeCpu(ours, four),
    },
    ROUNDS,
  );
  for (const part of [vanilla, vanillaPlain, ours, four, plainFour]) await part.stop();
  const of = (name: keyof typeof taken) => spread(taken[name], (cpuMs) => cpuMs);
  const cpuMs = { vanilla: of('vanilla'), vanillaOverPlainSubgraphs: of('vanillaPlain'), ours: of('ours') };
  return {
    ratio: round(cpuMs.vanilla.median / cpuMs.ours.median),
    detail: {
      what: 'CPU of the gateway and of all subgraphs, executed by graphql-js each time; vanilla’s subgraphs run under Apollo Server, the plain ones under node:http alone',
      cpuMs,
    },
  };
}
