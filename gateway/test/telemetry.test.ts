import { expect, test } from '@jest/globals';
import { ApolloGateway } from '@apollo/gateway';
import { createLog } from '@metatron/platform/log';

import { createApolloServer } from '../src/apollo.ts';
import { Metrics } from '../src/metrics.ts';
import { readSupergraph } from '../src/supergraph.ts';

const supergraph = readSupergraph();

/** What a gateway ends when it stops: the exporter of its usage to Apollo would be among it. */
const exporters = (): unknown =>
  (new ApolloGateway({ supergraphSdl: supergraph.sdl }) as unknown as { toDispose: unknown[] }).toDispose;

test('no usage is reported to Apollo', () => {
  createApolloServer({
    supergraph,
    links: new Map(),
    metrics: new Metrics(),
    events: { note: () => undefined },
    log: createLog('silent'),
  });
  expect(exporters()).toEqual([]);
});
