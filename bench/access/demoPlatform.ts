/** The demo's databases and all subgraphs in this process: what both sides of a comparison run on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openLinks } from '@metatron/gateway/platform';
import type { SubgraphLink } from '@metatron/gateway/subgraphSource';
import { Connections } from '@metatron/platform/database/connections';
import { findRunningCluster, type EmbeddedCluster } from '@metatron/platform/database/embedded';
import { readEnvironment } from '@metatron/platform/env';
import type { Caller, Identity } from '@metatron/platform/identity';
import { createLog, type Logger } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { openStorage } from '@metatron/prisma/storage';

export interface DemoPlatform {
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly connections: Connections;
  readonly cluster: EmbeddedCluster;
  readonly log: Logger;
  stop(): Promise<void>;
}

const NOBODY = '01890000-0000-7000-8000-000000000000';

/** A person of a role, in a tenant of the demo. */
export function callerOf(role: 'client' | 'admin', tenantId: string): Caller {
  const identity: Identity = { kind: 'user', role, tenantId, userId: NOBODY, sessionId: NOBODY };
  return { identity, requestId: 'bench', address: '', userAgent: '' };
}

export async function startDemoPlatform(): Promise<DemoPlatform> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-access-'));
  const environment = readEnvironment({ DATA_DIR: dataDirectory });
  const log = createLog('error');
  const { addresses, passwords, close } = await openStorage(environment, log);
  const connections = new Connections(addresses, passwords, log);
  const stop = async (): Promise<void> => {
    await connections.end();
    await close();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  try {
    const cluster = findRunningCluster(dataDirectory);
    if (cluster === undefined) throw new Error('the embedded PostgreSQL does not run');
    const keys = await openKeyRing(environment.signingKeysFile);
    const links = await openLinks({ environment, connections, keys, log });
    return { links, connections, cluster, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
