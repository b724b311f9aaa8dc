/** A worker in a process of its own, to be killed: `node worker.ts <data directory> <port> [redis url]`. */
import { readPasswords } from '@metatron/platform/database/passwords';
import { perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { embeddedDatabase } from '@metatron/prisma/provision';
import { startSyncJobs } from '@metatron/sync-jobs/main';

const [, , dataDirectory = '', port = '', redisUrl] = process.argv;
const environment = readEnvironment({ DATA_DIR: dataDirectory });
const passwords = readPasswords(environment);
const keys = await openKeyRing(environment.signingKeysFile);
const addresses = perDomain((domain) => ({
  host: '127.0.0.1',
  port: Number(port),
  database: embeddedDatabase(domain),
  ca: undefined,
  verify: false,
}));
await startSyncJobs({ environment: { ...environment, redisUrl }, addresses, passwords, keys, log: createLog('error') });
process.stdout.write('started\n');
