/** `npm run start:service -- <name>`: one process alone. It never starts PostgreSQL. */
import { Connections } from '@metatron/platform/database/connections';
import { domains, isDomain, type Domain } from '@metatron/platform/domains';
import { readEnvironment, type Environment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { serve } from '@metatron/platform/http';
import { createLog, type Logger } from '@metatron/platform/log';
import { runProgram, untilStopped } from '@metatron/platform/program';
import { loadStorage, loadSyncJobs } from '@metatron/platform/registry';
import { loadSubgraph } from '@metatron/platform/subgraph';
import { serveSubgraph } from '@metatron/platform/subgraphServer';
import { openKeyRing } from '@metatron/platform/tokens';

import { openLinks } from './platform.ts';
import { startGateway } from './server.ts';

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

async function assertReachable(connections: Connections, chosen: readonly Domain[]): Promise<void> {
  for (const domain of chosen) {
    await connections.as(domain, { service: domain, privilege: 'service' }, null).query('SELECT 1').catch((error: unknown) => {
      throw new StartupError(`The ${domain} database does not answer: ${(error as Error).message}`, 'Run `npm run start:database`, or `npm run migrate` on your own PostgreSQL.');
    });
  }
}

async function startOne(name: string, environment: Environment, log: Logger): Promise<Running> {
  const { host, port, allowedOrigins, dataDirectory } = environment;
  const keys = await openKeyRing(environment.signingKeysFile);
  const local = name === 'gateway' ? domains.filter((domain) => environment.subgraphUrls[domain] === undefined) : isDomain(name) ? [name] : [...domains];
  const storage = local.length === 0 ? undefined : await (await loadStorage()).findStorage(environment);
  const connections = storage === undefined ? undefined : new Connections(storage.addresses, storage.passwords, log);
  if (connections !== undefined) await assertReachable(connections, local);
  const withConnections = (running: Running): Running => ({
    url: running.url,
    stop: async () => {
      await running.stop();
      await connections?.end();
    },
  });
  if (name === 'gateway') {
    const links = await openLinks({ environment, connections: connections as Connections, keys, log });
    return withConnections(await startGateway({ host, port, allowedOrigins, keys, links, probes: [], log }));
  }
  if (storage === undefined || connections === undefined) throw new StartupError('There is no database.');
  if (isDomain(name)) {
    const subgraph = await (await loadSubgraph(name)).start({ connections, keys, log, dataDirectory });
    return withConnections(await serveSubgraph({ subgraph, keys, host, port, log }));
  }
  const jobs = await (await loadSyncJobs()).startSyncJobs({ environment, addresses: storage.addresses, passwords: storage.passwords, log });
  const health = await serve((request, response) => {
    const ready = jobs.health().ready;
    response.writeHead(request.url === '/ready' && !ready ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(jobs.health()));
  }, host, port);
  return withConnections({
    url: health.url,
    stop: async () => {
      await jobs.stop();
      await health.stop();
    },
  });
}

await runProgram(async () => {
  const name = process.argv[2] ?? '';
  const names = ['gateway', 'sync-jobs', ...domains];
  if (!names.includes(name)) throw new StartupError(`There is no service «${name}».`, `Choose one of ${names.join(', ')}.`);
  const environment = readEnvironment();
  const running = await startOne(name, environment, createLog(environment.logLevel));
  console.log(`${name} listens on ${running.url}`);
  await untilStopped(() => running.stop());
});
