/** A supervisor with jobs of the test's own, over the kit's databases. */
import { Connections } from '@metatron/platform/database/connections';
import { domains, perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import type { Logger } from '@metatron/platform/log';
import { openQueueStore, type JobQueue } from '@metatron/platform/queue';
import { openKeyRing } from '@metatron/platform/tokens';

import type { Job } from '../src/defineJob.ts';
import { Leases } from '../src/relay/lease.ts';
import { openSource } from '../src/relay/source.ts';
import { QUEUE, Supervisor } from '../src/supervisor.ts';

import type { Kit } from './kit.ts';

export interface Supervised {
  /** The queue that it works off. */
  readonly queue: JobQueue;
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly redisUrl: string | undefined;
  readonly jobs: readonly Job[];
  readonly log: Logger;
}

export async function startSupervisor(
  { addresses, passwords, dataDirectory }: Kit,
  { redisUrl, jobs, log }: SupervisorOptions,
): Promise<Supervised> {
  const environment = { ...readEnvironment({ DATA_DIR: dataDirectory }), redisUrl };
  const leases = perDomain((name) => new Leases(openSource(name, { addresses, passwords, log }), log));
  const connections = new Connections(addresses, passwords, log);
  const stopping = new AbortController();
  const store = openQueueStore({ redisUrl, address: addresses.cdx, password: passwords.queue, log });
  const keys = await openKeyRing(environment.signingKeysFile);
  const context = { environment, leases, connections, keys, log, stopping: stopping.signal };
  const supervisor = new Supervisor(store, jobs, context);
  await supervisor.start();
  const queue = store.openQueue(QUEUE);
  return {
    queue,
    stop: async () => {
      stopping.abort();
      await Promise.all([queue.close(), supervisor.stop()]);
      await store.close();
      await Promise.all([connections.end(), ...domains.map((name) => leases[name].source.close())]);
    },
  };
}
