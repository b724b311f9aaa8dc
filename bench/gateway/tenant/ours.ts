/** The gateway and all subgraphs in one process, sync-jobs left out: `ours.ts <data directory>`. */
import { openLinks } from '@metatron/gateway/platform';
import { startGateway } from '@metatron/gateway/server';
import { openKeyRing } from '@metatron/platform/tokens';

import { present } from '../contender.ts';

import { openDatabases } from './openDatabases.ts';

const { environment, connections, log } = await openDatabases(process.argv[2] ?? '');
const keys = await openKeyRing(environment.signingKeysFile);
const links = await openLinks({ environment, connections, keys, log });
const nothing = { probes: [], figures: [], demo: false };
const { url } = await startGateway({ ...environment, ...nothing, host: '127.0.0.1', port: 0, keys, links, log });
present(`${url}/graphql`);
