/** What the gateway's checks cost: a typical query with them and without. */
import { median, round, takeTurns } from '../statistics.ts';

import { callerOf, type DemoPlatform } from './demoPlatform.ts';
import { recordedLinks } from './recordedLinks.ts';
import { startServer, type Server } from './servers.ts';

const ROUNDS = { warmUps: 10, rounds: 80 };
const REQUESTS = 20;

/** About 30 fields of a tenant's page, from two services. */
const QUERY = `query Page {
  customers(first: 10) {
    edges {
      node {
        id company email phone status source createdAt version
        leads(first: 3) { edges { node { id title stage probability value { amount currency } } } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
  invoices(first: 5) { edges { node { id invoiceNumber status total { amount currency } dueDate } } }
}`;

const caller = callerOf('client', 'acme');

/** CPU of this process, PostgreSQL's not among it, in milliseconds a request. */
async function cpuOf({ send }: Server): Promise<number> {
  const before = process.cpuUsage();
  for (let request = 0; request < REQUESTS; request += 1) await send(QUERY, caller);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / REQUESTS;
}

/** The second server without checks tells how far two equal ones differ: the noise of the figure. */
async function compare(links: DemoPlatform['links'], log: DemoPlatform['log']) {
  const servers = await Promise.all([true, false, false].map((isGuarded) => startServer(links, log, isGuarded)));
  const [guarded, plain, again] = servers as [Server, Server, Server];
  const cpu = await takeTurns(
    { guarded: () => cpuOf(guarded), plain: () => cpuOf(plain), again: () => cpuOf(again) },
    ROUNDS,
  );
  for (const server of servers) await server.stop();
  const [guardedMs, plainMs, againMs] = [median(cpu.guarded), median(cpu.plain), median(cpu.again)];
  return {
    overhead: round(guardedMs / plainMs - 1),
    noise: round(Math.abs(againMs / plainMs - 1)),
    guardedMs: round(guardedMs),
    plainMs: round(plainMs),
  };
}

export async function measureGatewayChecks({ links, log }: DemoPlatform) {
  return { oneProcess: await compare(links, log), gatewayAlone: await compare(recordedLinks(links), log) };
}
