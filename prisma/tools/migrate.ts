/** `npm run migrate`: migrations, roles and grants alone. */
import { readPasswords } from '@metatron/platform/database/passwords';
import { domains } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { runProgram } from '@metatron/platform/program';

import { provision } from '../provision.ts';
import { withCluster } from '../storage.ts';

await runProgram(async () => {
  const environment = readEnvironment();
  const { applied } = await withCluster(environment, (cluster) =>
    provision(environment, readPasswords(environment), cluster),
  );
  for (const domain of domains)
    console.log(`${domain.padEnd(14)} ${(applied[domain] ?? []).join(', ') || 'up to date'}`);
});
