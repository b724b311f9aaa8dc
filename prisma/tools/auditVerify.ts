/** `npm run audit:verify`: whether the audit log is what it was; `-- --from 1 --to 100` for a part of it. */
import { parseArgs } from 'node:util';

import { Connections } from '@metatron/platform/database/connections';
import { readEnvironment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { createLog } from '@metatron/platform/log';
import { runProgram } from '@metatron/platform/program';
import { openKeyRing } from '@metatron/platform/tokens';

import { describeVerification } from '../cdx/audit/words.ts';
import { verifyAudit, type AuditVerification } from '../cdx/audit/verify.ts';
import { findStorage } from '../storage.ts';

const USAGE = 'Usage: npm run audit:verify [-- --from 1 --to 100]';

/** A place in the log. @throws StartupError for anything but a whole number from 1. */
function placeOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const place = Number(given);
  if (!Number.isSafeInteger(place) || place < 1) throw new StartupError(`«${given}» is no entry's number.`, USAGE);
  return place;
}

interface Range {
  readonly from?: number;
  readonly to?: number;
}

function readRange(): Range {
  let values: { readonly from?: string | undefined; readonly to?: string | undefined };
  try {
    ({ values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } }));
  } catch (error) {
    throw new StartupError((error as Error).message, USAGE);
  }
  const [from, to] = [placeOf(values.from), placeOf(values.to)];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

async function verify(range: Range): Promise<AuditVerification> {
  const environment = readEnvironment();
  const { addresses, passwords } = await findStorage(environment);
  const connections = new Connections(addresses, passwords, createLog(environment.logLevel));
  try {
    const keys = await openKeyRing(environment.signingKeysFile);
    const cdx = connections.as('cdx', { service: 'cdx', privilege: 'service' }, null);
    return await verifyAudit({ cdx, keys, dataDirectory: environment.dataDirectory, ...range });
  } finally {
    await connections.end();
  }
}

await runProgram(async () => {
  const verification = await verify(readRange());
  const words = describeVerification(verification);
  if (verification.firstBroken !== null) throw new StartupError(words);
  console.log(words);
});
