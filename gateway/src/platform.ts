/** The whole platform in one process: databases, subgraphs, sync workers and the gateway. */
import { Connections } from '@metatron/platform/database/connections';
import { domains, type Domain } from '@metatron/platform/domains';
import type { Environment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import type { Logger } from '@metatron/platform/log';
import { loadStorage, loadSyncJobs } from '@metatron/platform/registry';
import { loadSubgraph, type Subgraph } from '@metatron/platform/subgraph';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';

import { remoteLink } from './remoteLink.ts';
import { startGateway } from './server.ts';
import { localLink, type SubgraphLink } from './subgraphSource.ts';
import { assertUsable } from './usable.ts';

export interface Platform {
  /** The gateway's address, without a path. */
  readonly url: string;
  readonly demoPassword: string | undefined;
  readonly dataDirectory: string;
  /** Drains and stops everything that was started here. */
  stop(): Promise<void>;
}

/** Stops what was started, the last first; one that fails to stop does not keep the others. */
class Started {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async stop(log: Logger): Promise<void> {
    for (const stop of this.stops.reverse()) {
      await stop().catch((error: unknown) =>
        log.error({ reason: (error as Error).message }, 'a part did not stop cleanly'),
      );
    }
  }
}

export interface LinkOptions {
  readonly environment: Environment;
  /** Of the databases of the subgraphs that run here; without any, none. */
  readonly connections: Connections | undefined;
  readonly keys: KeyRing;
  readonly log: Logger;
}

/** Starts a subgraph inside this process. */
export async function startSubgraph(
  domain: Domain,
  { environment, connections, keys, log }: LinkOptions,
): Promise<Subgraph> {
  if (connections === undefined) throw new StartupError(`There is no database for ${domain}.`);
  const definition = await loadSubgraph(domain);
  const { dataDirectory, objectStore, vapidKeysFile } = environment;
  return definition.start({ connections, keys, log, dataDirectory, objectStore, vapidKeysFile });
}

/** A subgraph inside this process, or elsewhere when the configuration says so. */
async function openLink(domain: Domain, options: LinkOptions): Promise<readonly [Domain, SubgraphLink]> {
  const url = options.environment.subgraphUrls[domain];
  if (url !== undefined) return [domain, remoteLink(domain, url, options.keys)];
  return [domain, localLink(await startSubgraph(domain, options))];
}

/** The domains whose subgraphs run in this process. */
export const localDomains = ({ subgraphUrls }: Environment): readonly Domain[] =>
  domains.filter((domain) => subgraphUrls[domain] === undefined);

/** The gateway's links to all subgraphs. */
export async function openLinks(options: LinkOptions): Promise<ReadonlyMap<string, SubgraphLink>> {
  const links = domains.map((domain) => openLink(domain, options));
  // All have settled before one failure is told: none opens connections after they were ended.
  await Promise.allSettled(links);
  return new Map(await Promise.all(links));
}

/** @throws StartupError when a part cannot start; what had started is stopped again. */
export async function startPlatform(environment: Environment, log: Logger): Promise<Platform> {
  const started = new Started();
  try {
    const storage = await (await loadStorage()).openStorage(environment, log);
    started.add(() => storage.close());
    const { addresses, passwords, demoPassword } = storage;
    const connections = new Connections(addresses, passwords, log);
    started.add(() => connections.end());
    await assertUsable(connections, localDomains(environment));
    const keys = await openKeyRing(environment.signingKeysFile);
    const links = await openLinks({ environment, connections, keys, log });
    const syncJobs = await (await loadSyncJobs()).startSyncJobs({ environment, addresses, passwords, keys, log });
    started.add(() => syncJobs.stop());
    const workers = {
      name: 'sync-jobs',
      check: () =>
        syncJobs.health().ready ? Promise.resolve() : Promise.reject(new StartupError('a source is failing')),
    };
    const { dataDirectory } = environment;
    const own = { probes: [workers], figures: [() => syncJobs.metrics()] };
    const gateway = await startGateway({ ...environment, keys, links, ...own, log });
    started.add(() => gateway.stop());
    return { url: gateway.url, demoPassword, dataDirectory, stop: () => started.stop(log) };
  } catch (error) {
    await started.stop(log);
    throw error;
  }
}
