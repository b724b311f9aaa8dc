import { expect, test } from '@jest/globals';
import { ApolloGateway } from '@apollo/gateway';
import { createLog } from '@metatron/platform/log';

import { createApolloGateway } from '../src/apollo.ts';
import { readSupergraph } from '../src/supergraph.ts';

const supergraph = readSupergraph();

/** What a gateway ends when it stops: the exporter of its usage to Apollo would be among it. */
const exporters = (): unknown =>
  (new ApolloGateway({ supergraphSdl: supergraph.sdl }) as unknown as { toDispose: unknown[] }).toDispose;

test('no usage is reported to Apollo', () => {
  const askers = () => {
    throw new Error('nobody is asked');
  };
  createApolloGateway({ supergraphSdl: supergraph.sdl, log: createLog('silent') }, askers);
  expect(exporters()).toEqual([]);
});
