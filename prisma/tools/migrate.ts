/** `npm run migrate`: migrations, roles and grants alone. */
import { findRunningCluster, startCluster, stopCluster } from '@metatron/platform/database/embedded';
import { readPasswords } from '@metatron/platform/database/passwords';
import { domains } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { runProgram } from '@metatron/platform/program';

import { provision } from '../provision.ts';

await runProgram(async () => {
  const environment = readEnvironment();
  const embedded = domains.some((domain) => environment.databaseUrls[domain] === undefined);
  const wasRunning = embedded && findRunningCluster(environment.dataDirectory) !== undefined;
  const cluster = embedded ? await startCluster(environment.dataDirectory) : undefined;
  try {
    const { applied } = await provision(environment, readPasswords(environment), cluster);
    for (const domain of domains)
      console.log(`${domain.padEnd(14)} ${(applied[domain] ?? []).join(', ') || 'up to date'}`);
  } finally {
    if (embedded && !wasRunning) await stopCluster(environment.dataDirectory);
  }
});
