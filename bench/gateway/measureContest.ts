/** The nested query through each gateway, in turns. */
import { round, takeTurns, type Turns } from '../statistics.ts';

import type { Mode, Turn } from './contenders.ts';
import { BODY, compareAnswers, names, startContest, type Contest, type Name } from './contest.ts';
import { spread } from './figures.ts';
import { startFour } from './four/startFour.ts';

const CALLERS = 20;
const SECONDS = 1.5;
const ROUNDS = { warmUps: 2, rounds: 5 };

async function measureMode(contest: Contest, mode: Mode) {
  const asked = { mode, body: BODY, callers: CALLERS, seconds: SECONDS };
  const turns = Object.fromEntries(names.map((name) => [name, () => contest[name].turn(asked)]));
  const taken = (await takeTurns(turns, ROUNDS)) as Turns<Name, Turn>;
  const of = (name: Name) => ({
    cpuMs: spread(taken[name], ({ cpuMs }) => cpuMs),
    perSecond: spread(taken[name], ({ perSecond }) => perSecond),
    answerBytes: taken[name][0]?.bytes,
  });
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, ReturnType<typeof of>>;
}

export async function measureContest() {
  const four = await startFour('recorded');
  const contest = await startContest(four);
  const fetches = await compareAnswers(contest, four);
  const distinct = await measureMode(contest, 'distinct');
  const same = await measureMode(contest, 'same');
  for (const contender of Object.values(contest)) await contender.stop();
  await four.stop();
  const timesOurs = (name: Name): number => round(distinct[name].cpuMs.median / distinct.ours.cpuMs.median);
  return {
    ratios: {
      distinctVsVanilla: timesOurs('vanilla'),
      distinctVsHive: timesOurs('hive'),
      distinctVsHiveRust: timesOurs('hiveRust'),
      distinctTimesIdeal: round(distinct.ours.cpuMs.median / distinct.ideal.cpuMs.median),
      sameVsHiveRust: round(
        Math.min(
          same.hiveRust.cpuMs.median / same.ours.cpuMs.median,
          same.ours.perSecond.median / same.hiveRust.perSecond.median,
        ),
      ),
    },
    detail: {
      callers: CALLERS,
      fetches,
      distinct,
      same,
      apolloServerShare: {
        cpuMs: distinct.apolloServer.cpuMs.median,
        ofVanilla: round(distinct.apolloServer.cpuMs.median / distinct.vanilla.cpuMs.median),
        timesOurs: round(distinct.apolloServer.cpuMs.median / distinct.ours.cpuMs.median),
      },
    },
  };
}
