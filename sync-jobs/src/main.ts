/** The sync workers: started inside the process that holds everything, or as one of their own. */
import { Connections } from '@metatron/platform/database/connections';
import type { Passwords } from '@metatron/platform/database/passwords';
import type { DatabaseAddresses } from '@metatron/platform/database/pools';
import { domains, perDomain, type Domain } from '@metatron/platform/domains';
import type { Environment } from '@metatron/platform/env';
import type { Logger } from '@metatron/platform/log';
import { openQueueStore } from '@metatron/platform/queue';
import type { KeyRing } from '@metatron/platform/tokens';

import { jobs } from './jobs/index.ts';
import { Leases, type LeaseHealth } from './relay/lease.ts';
import { openSource } from './relay/source.ts';
import { startReports } from './report.ts';
import { Supervisor } from './supervisor.ts';
import { syncMetrics } from './syncMetrics.ts';
import { watchLeases } from './watchLeases.ts';

export interface SyncJobsOptions {
  readonly environment: Environment;
  readonly addresses: DatabaseAddresses;
  readonly passwords: Passwords;
  readonly keys: KeyRing;
  readonly log: Logger;
}

export interface SyncHealth {
  /** No source that this process drains is failing. */
  readonly ready: boolean;
  readonly queue: 'reachable' | 'unreachable';
  readonly sources: Readonly<Record<Domain, LeaseHealth>>;
}

export interface SyncJobs {
  health(): SyncHealth;
  /** The sources' figures as Prometheus' text. */
  metrics(): Promise<string>;
  /** Finishes the batches in hand and closes every connection. */
  stop(): Promise<void>;
}

/** Starts the workers; a database or a queue that does not answer is tried until it does. */
export async function startSyncJobs(options: SyncJobsOptions): Promise<SyncJobs> {
  const { environment, addresses, passwords, keys, log } = options;
  const leases = perDomain((name) => new Leases(openSource(name, { addresses, passwords, log }), log));
  const connections = new Connections(addresses, passwords, log);
  const stopping = new AbortController();
  const store = openQueueStore({
    redisUrl: environment.redisUrl,
    address: addresses.cdx,
    password: passwords.queue,
    log,
  });
  const supervisor = new Supervisor(store, jobs, {
    environment,
    leases,
    connections,
    keys,
    log,
    stopping: stopping.signal,
  });
  await supervisor.start();
  const stopWatch = watchLeases({ leases, log, stopping: stopping.signal });
  const health = (): SyncHealth => {
    const sources = perDomain((name) => leases[name].health);
    return {
      ready: domains.every((name) => sources[name].error === undefined),
      queue: supervisor.queueReachable ? 'reachable' : 'unreachable',
      sources,
    };
  };
  const cdx = connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
  const stopReports = startReports({ connections, isReady: () => health().ready, log });
  return {
    health,
    metrics: () => syncMetrics(cdx),
    stop: async () => {
      stopReports();
      stopWatch();
      stopping.abort();
      await supervisor.stop();
      await Promise.all(domains.map((name) => leases[name].ended()));
      await store.close();
      await Promise.all([connections.end(), ...domains.map((name) => leases[name].source.close())]);
    },
  };
}
