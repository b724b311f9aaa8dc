/** `npm run start:service -- <name>`: one process alone. It never starts PostgreSQL. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Connections } from '@metatron/platform/database/connections';
import { domains, isDomain, type Domain } from '@metatron/platform/domains';
import { readEnvironment, type Environment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { serve, type HttpServer } from '@metatron/platform/http';
import { reportIncidents, type Incident } from '@metatron/platform/incidents/incident';
import { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import { createLog, type Logger } from '@metatron/platform/log';
import { runProgram, untilStopped } from '@metatron/platform/program';
import { loadStorage, loadSyncJobs, type Storage, type SyncJobs } from '@metatron/platform/registry';
import { serveSubgraph } from '@metatron/platform/subgraphServer';
import { openKeyRing } from '@metatron/platform/tokens';

import { localDomains, openLinks, startSubgraph, type LinkOptions } from './platform.ts';
import { startGateway } from './server.ts';
import { assertUsable } from './usable.ts';

interface Databases {
  readonly storage: Storage;
  readonly connections: Connections;
}

async function startGatewayAlone(options: LinkOptions): Promise<HttpServer> {
  const { environment, keys, log } = options;
  return startGateway({ ...environment, keys, links: await openLinks(options), probes: [], figures: [], log });
}

async function startSubgraphAlone(
  domain: Domain,
  options: LinkOptions,
  { connections }: Databases,
): Promise<HttpServer> {
  const { environment, log } = options;
  const { host, port } = environment;
  const subgraph = await startSubgraph(domain, options);
  // The gateway hears nothing of who goes around it: the service tells cdx itself, under its sync login.
  const tell = (incidents: readonly Incident[]) => reportIncidents(connections, domain, incidents);
  const events = new SecurityEvents({ place: domain, tell, log });
  const server = await serveSubgraph({ ...options, subgraph, events, host, port });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await events.stop();
    },
  };
}

function tellHealth(jobs: SyncJobs, request: IncomingMessage, response: ServerResponse): void {
  const state = jobs.health();
  response
    .writeHead(request.url === '/ready' && !state.ready ? 503 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(state));
}

async function tellMetrics(jobs: SyncJobs, response: ServerResponse): Promise<void> {
  const text = await jobs.metrics().catch(() => undefined);
  response
    .writeHead(text === undefined ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    .end(text);
}

async function startWorkersAlone({ environment, keys, log }: LinkOptions, databases: Databases): Promise<HttpServer> {
  const { startSyncJobs } = await loadSyncJobs();
  const { addresses, passwords } = databases.storage;
  const jobs = await startSyncJobs({ environment, addresses, passwords, keys, log });
  const health = await serve(
    (request, response) => {
      if (request.url === '/metrics') void tellMetrics(jobs, response);
      else tellHealth(jobs, request, response);
    },
    environment.host,
    environment.port,
  ).catch(async (error: unknown) => {
    await jobs.stop();
    throw error;
  });
  return {
    url: health.url,
    async stop() {
      await jobs.stop();
      await health.stop();
    },
  };
}

/** The databases that a service reaches; a gateway whose subgraphs all run elsewhere has none. */
async function findDatabases(name: string, environment: Environment, log: Logger): Promise<Databases | undefined> {
  if (name === 'gateway' && localDomains(environment).length === 0) return undefined;
  const storage = await (await loadStorage()).findStorage(environment);
  return { storage, connections: new Connections(storage.addresses, storage.passwords, log) };
}

/** The domains whose databases a service cannot do without. */
function ownDomains(name: string, environment: Environment): readonly Domain[] {
  if (isDomain(name)) return [name];
  return name === 'gateway' ? localDomains(environment) : domains;
}

function startNamed(name: string, options: LinkOptions, databases: Databases | undefined): Promise<HttpServer> {
  if (name === 'gateway') return startGatewayAlone(options);
  if (databases === undefined) throw new StartupError('There is no database.');
  if (isDomain(name)) return startSubgraphAlone(name, options, databases);
  return startWorkersAlone(options, databases);
}

async function startService(name: string, environment: Environment, log: Logger): Promise<HttpServer> {
  const databases = await findDatabases(name, environment, log);
  const connections = databases?.connections;
  const keys = await openKeyRing(environment.signingKeysFile);
  try {
    if (connections !== undefined) await assertUsable(connections, ownDomains(name, environment));
    const running = await startNamed(name, { environment, connections, keys, log }, databases);
    return {
      url: running.url,
      async stop() {
        await running.stop();
        await connections?.end();
      },
    };
  } catch (error) {
    await connections?.end();
    throw error;
  }
}

await runProgram(async () => {
  const name = process.argv[2] ?? '';
  const names = ['gateway', 'sync-jobs', ...domains];
  if (!names.includes(name))
    throw new StartupError(`There is no service «${name}».`, `Choose one of ${names.join(', ')}.`);
  const environment = readEnvironment();
  const running = await startService(name, environment, createLog(environment.logLevel));
  console.log(`${name} listens on ${running.url}`);
  await untilStopped(() => running.stop());
});
