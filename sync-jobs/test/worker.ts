/** A worker in a process of its own, to be killed: `node worker.ts <data directory> <port> [redis url]`. */
import { readPasswords } from '@metatron/platform/database/passwords';
import { perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { embeddedDatabase } from '@metatron/prisma/provision';
import { startSyncJobs } from '@metatron/sync-jobs/main';

const [, , dataDirectory = '', port = '', redisUrl] = process.argv;
const passwords = readPasswords(readEnvironment({ DATA_DIR: dataDirectory }));
const addresses = perDomain((domain) => ({
  host: '127.0.0.1',
  port: Number(port),
  database: embeddedDatabase(domain),
  ca: undefined,
  verify: false,
}));
await startSyncJobs({ environment: { redisUrl }, addresses, passwords, log: createLog('error') });
process.stdout.write('started\n');
