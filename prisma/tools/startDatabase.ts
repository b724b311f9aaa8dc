/** `npm run start:database`: the embedded PostgreSQL alone, migrated, until it is told to stop. */
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { runProgram, stopAsked, untilStopped } from '@metatron/platform/program';

import { openStorage } from '../storage.ts';

await runProgram(async () => {
  const environment = readEnvironment();
  const asked = stopAsked();
  const { addresses, demoPassword, close } = await openStorage(environment, createLog(environment.logLevel));
  console.log(
    `PostgreSQL listens on ${addresses.auth.host}:${String(addresses.auth.port)}, its files are in ${environment.dataDirectory}.`,
  );
  if (demoPassword !== undefined) console.log(`The demo accounts' password is ${demoPassword}`);
  await untilStopped(close, asked);
});
