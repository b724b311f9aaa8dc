/** `npm run demo -- --tenants 200 --scale 50`: demo data alone, into databases that run. */
import { parseArgs } from 'node:util';

import { readEnvironment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { createLog } from '@metatron/platform/log';
import { runProgram } from '@metatron/platform/program';

import { ensureDemo, findStorage } from '../storage.ts';

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
  const { addresses, passwords } = await findStorage(environment);
  const size = { ...(tenants === undefined ? {} : { tenants }), ...(scale === undefined ? {} : { scale }) };
  const password = await ensureDemo(environment, addresses, passwords, createLog(environment.logLevel), size);
  console.log(`The demo data is there. The demo accounts' password is ${password}`);
});
