import { Connections } from '@metatron/platform/database/connections';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { findStorage } from '@metatron/prisma/storage';

/** The databases that the bench has started, as any process of the platform reaches them. */
export async function openDatabases(dataDirectory: string) {
  const environment = readEnvironment({ DATA_DIR: dataDirectory });
  const log = createLog('error');
  const { addresses, passwords } = await findStorage(environment);
  return { environment, log, connections: new Connections(addresses, passwords, log) };
}
