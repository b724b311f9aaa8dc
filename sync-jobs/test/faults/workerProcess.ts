/** A worker in a process of its own, whose every connection goes through a proxy: `node workerProcess.ts <ways as JSON>`. */
import { readPasswords } from '@metatron/platform/database/passwords';
import { perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { embeddedDatabase } from '@metatron/prisma/provision';
import { startSyncJobs } from '@metatron/sync-jobs/main';

import type { Ways } from './worker.ts';

const { dataDirectory, sourcePort, cdxPort, redisPort } = JSON.parse(process.argv[2] ?? '') as Ways;
const environment = readEnvironment({ DATA_DIR: dataDirectory });
const redisUrl = redisPort === undefined ? undefined : `redis://127.0.0.1:${String(redisPort)}`;
const addresses = perDomain((domain) => ({
  host: '127.0.0.1',
  port: domain === 'cdx' ? cdxPort : sourcePort,
  database: embeddedDatabase(domain),
  ca: undefined,
  verify: false,
}));
await startSyncJobs({
  environment: { ...environment, redisUrl },
  addresses,
  passwords: readPasswords(environment),
  keys: await openKeyRing(environment.signingKeysFile),
  log: createLog('warn'),
});
process.stdout.write('started\n');
