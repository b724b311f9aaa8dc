/**
 * Ours over the benchmark's supergraph, with all that it does in the product:
 * `ours.ts <supergraph file> passing|signing|local`. Passing, it takes and gives the Authorization as the peers
 * do, unread; signing, it verifies a token and signs another one for each subgraph, as the product does;
 * local, the subgraphs run in its process.
 */
import type { IncomingMessage } from 'node:http';

import { buildAccessTable } from '@metatron/gateway/accessTable';
import { crossOrigin } from '@metatron/gateway/http/crossOrigin';
import { graphqlListener, type GraphqlListenerOptions } from '@metatron/gateway/http/graphqlListener';
import { playgroundPage } from '@metatron/gateway/http/page';
import { Metrics } from '@metatron/gateway/metrics';
import { openPipeline } from '@metatron/gateway/pipeline/pipeline';
import { openQueryStore } from '@metatron/gateway/pipeline/queryStore';
import { resilientLinks } from '@metatron/gateway/resilience/resilientLink';
import { addressOf, serve } from '@metatron/platform/http';
import type { UserIdentity } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';

import { present } from './contender.ts';
import { keysBeside, readForeign } from './four/foreign.ts';
import { localLinks, remoteLinks } from './four/links.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';

const tokenOf = ({ headers }: IncomingMessage): string => (headers.authorization ?? '').replace('Bearer ', '');

/** Who asks, and how that is told to subgraphs. */
interface Identification {
  readonly identify: (token: string) => Promise<UserIdentity>;
  readonly keys: KeyRing;
}

/** The token is the session's name, and goes on as it came. */
const passing = (keys: KeyRing): Identification => ({
  identify: (token) =>
    Promise.resolve({ kind: 'user', role: 'client', userId: NOBODY, tenantId: 'bench', sessionId: token }),
  keys: {
    ...keys,
    signCaller: ({ identity }) => Promise.resolve(identity.kind === 'user' ? identity.sessionId : ''),
  },
});

const signing = (keys: KeyRing): Identification => ({
  identify: async (token) => (await keys.verifyAccess(token)).identity,
  keys,
});

const [, , supergraphFile = '', manner] = process.argv;
const { identify, keys } = (manner === 'signing' ? signing : passing)(await openKeyRing(keysBeside(supergraphFile)));
const { sdl, owners } = readForeign(supergraphFile);
const [metrics, log] = [new Metrics(), createLog('error')];
const links = manner === 'local' ? localLinks() : remoteLinks(sdl, keys);
const pipeline = await openPipeline({
  supergraphSdl: sdl,
  links: resilientLinks(links, { metrics, log }),
  buildTable: (schema) => buildAccessTable(schema, owners),
  metrics,
  events: { note: () => undefined },
  queries: openQueryStore(undefined),
  executor: 'metatron',
  log,
});
const admit: GraphqlListenerOptions['identify'] = async (request, requestId) => {
  const identity = await identify(tokenOf(request));
  return { identity, requestId, address: addressOf(request), userAgent: '' };
};
const doors = { crossOrigin: crossOrigin([]), page: playgroundPage(false) };
const { url } = await serve(graphqlListener({ pipeline, identify: admit, ...doors }), '127.0.0.1', 0);
present(`${url}/graphql`);
