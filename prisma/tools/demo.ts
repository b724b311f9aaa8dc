/** `npm run demo -- --tenants 200 --scale 50`: demo data alone, beside a platform that runs or without one. */
import { parseArgs } from 'node:util';

import { findRunningCluster } from '@metatron/platform/database/embedded';
import { domains } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { createLog } from '@metatron/platform/log';
import { runProgram } from '@metatron/platform/program';

import { ensureDemo, findStorage, openStorage } from '../storage.ts';

function count(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new StartupError(`--${name} takes a whole number from 1 to 10000.`);
  return number;
}

await runProgram(async () => {
  const { values } = parseArgs({ options: { tenants: { type: 'string' }, scale: { type: 'string' } } });
  const tenants = count('tenants', values.tenants);
  const scale = count('scale', values.scale);
  const environment = readEnvironment();
  const log = createLog(environment.logLevel);
  const isRunning = findRunningCluster(environment.dataDirectory) !== undefined;
  const needsCluster = domains.some((domain) => environment.databaseUrls[domain] === undefined);
  // A platform that runs keeps its databases; else they are started for as long as this takes.
  const storage =
    needsCluster && !isRunning
      ? await openStorage({ ...environment, demo: false }, log)
      : await findStorage(environment);
  try {
    const size = { ...(tenants === undefined ? {} : { tenants }), ...(scale === undefined ? {} : { scale }) };
    const password = await ensureDemo(environment, storage.addresses, storage.passwords, log, size);
    console.log(`The demo data is there. The demo accounts' password is ${password}`);
  } finally {
    await storage.close();
  }
});
