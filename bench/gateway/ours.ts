/**
 * Ours over the benchmark's supergraph, with all that it does in the product:
 * `ours.ts <supergraph file> passing|signing|local`. Passing, it takes and gives the Authorization as the peers
 * do, unread; signing, it verifies a token and signs another one for each subgraph, as the product does;
 * local, the subgraphs run in its process.
 */
import { expressMiddleware } from '@as-integrations/express5';
import { createApolloServer } from '@metatron/gateway/apollo';
import { readBody } from '@metatron/gateway/body';
import { requestIdOf } from '@metatron/gateway/identify';
import { Metrics } from '@metatron/gateway/metrics';
import type { RequestContext } from '@metatron/gateway/requestContext';
import { addressOf as callerAddressOf, serve } from '@metatron/platform/http';
import type { UserIdentity } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';
import express, { type Request } from 'express';

import { present } from './contender.ts';
import { keysBeside, readForeign } from './four/foreign.ts';
import { localLinks, remoteLinks } from './four/links.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';

const tokenOf = ({ headers }: Request): string => (headers.authorization ?? '').replace('Bearer ', '');

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
const supergraph = readForeign(supergraphFile);
const links = manner === 'local' ? localLinks() : remoteLinks(supergraph, keys);
const apollo = createApolloServer({
  supergraph,
  links,
  metrics: new Metrics(),
  events: { note: () => undefined },
  log: createLog('error'),
  executor: 'metatron',
});
await apollo.start();
const context = async ({ req }: { req: Request }): Promise<RequestContext> => {
  const startedAt = performance.now();
  const identity = await identify(tokenOf(req));
  const caller = { identity, requestId: requestIdOf(req), address: callerAddressOf(req), userAgent: '' };
  return { caller, startedAt, explanation: undefined };
};
const app = express()
  .disable('x-powered-by')
  .use('/graphql', ...readBody, expressMiddleware(apollo, { context }));
const { url } = await serve(app, '127.0.0.1', 0);
present(`${url}/graphql`);
