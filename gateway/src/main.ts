/** `npm start`: everything in one process. */
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { runProgram, stopAsked, untilStopped } from '@metatron/platform/program';

import { startPlatform } from './platform.ts';
import { welcome } from './welcome.ts';

await runProgram(async () => {
  const environment = readEnvironment();
  const asked = stopAsked();
  const startedAt = performance.now();
  const platform = await startPlatform(environment, createLog(environment.logLevel));
  console.log(welcome(platform, (performance.now() - startedAt) / 1000));
  await untilStopped(async () => {
    console.log('\nStopping…');
    await platform.stop();
  }, asked);
});
