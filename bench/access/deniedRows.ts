/** What a denied field costs in a thousand rows. */
import { median, round, takeTurns } from '../statistics.ts';

import { callerOf, type DemoPlatform } from './demoPlatform.ts';
import { startServer, type Server } from './servers.ts';

const ROUNDS = { warmUps: 5, rounds: 40 };
const LISTS = Array.from({ length: 10 }, (_, index) => `list${String(index)}`);
const PAGE = 100;

/** A page is at most 100 rows: ten lists. An admin reads messages without their bodies. */
const queryOf = (denied: string): string =>
  `{ ${LISTS.map((name) => `${name}: notifications(first: ${String(PAGE)}) { edges { node { id channel category status locale subject createdAt ${denied} } } }`).join(' ')} }`;

const caller = callerOf('admin', 'platform');

async function timeOf({ send }: Server, query: string, errors: number): Promise<number> {
  const begun = performance.now();
  const json = await send(query, caller, errors);
  const took = performance.now() - begun;
  const data = JSON.parse(json) as Record<string, unknown>;
  const rows = Object.values(data).flatMap((list) => (list as { edges: unknown[] }).edges).length;
  if (rows !== LISTS.length * PAGE) throw new Error(`${String(rows)} rows`);
  return took;
}

export async function measureDeniedRows({ links, log }: DemoPlatform) {
  const server = await startServer(links, log, true);
  const [denied, allowed] = [queryOf('body'), queryOf('')];
  const times = await takeTurns(
    { denied: () => timeOf(server, denied, LISTS.length), allowed: () => timeOf(server, allowed, 0) },
    ROUNDS,
  );
  await server.stop();
  const [deniedMs, allowedMs] = [median(times.denied), median(times.allowed)];
  return { ratio: round(deniedMs / allowedMs), deniedMs: round(deniedMs), allowedMs: round(allowedMs) };
}
