/**
 * The relay in a process of its own: `relayProcess.ts <data directory> <port> [source]`. It begins when told
 * to and ends with its parent. With a source it drains that one; without, it is the whole of sync-jobs.
 */
import { once } from 'node:events';

import { readPasswords } from '@metatron/platform/database/passwords';
import { domains } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { resolveAddresses } from '@metatron/prisma/provision';
import { startSyncJobs } from '@metatron/sync-jobs/main';
import { Leases } from '@metatron/sync-jobs/relay/lease';
import { openSource } from '@metatron/sync-jobs/relay/source';
import { findRunningCluster } from '@metatron/platform/database/embedded';

const [, , dataDirectory = '', chosen] = process.argv;
const environment = readEnvironment({ DATA_DIR: dataDirectory });
const options = {
  environment,
  addresses: resolveAddresses(environment, findRunningCluster(dataDirectory)),
  passwords: readPasswords(environment),
  keys: await openKeyRing(environment.signingKeysFile),
  log: createLog('error'),
};

async function drainOne(source: (typeof domains)[number]): Promise<void> {
  const stopping = new AbortController();
  const leases = new Leases(openSource(source, options), options.log);
  process.send?.('ready');
  await once(process, 'message');
  const held = leases.hold(0, stopping.signal);
  await once(process, 'disconnect');
  stopping.abort();
  await held;
  await leases.source.close();
}

async function drainAll(): Promise<void> {
  const jobs = await startSyncJobs(options);
  process.send?.('ready');
  await once(process, 'disconnect');
  await jobs.stop();
}

const source = domains.find((domain) => domain === chosen);
await (source === undefined ? drainAll() : drainOne(source));
