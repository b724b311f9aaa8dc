/**
 * Hive Gateway as its documentation and its own benchmark set it up: `hive.ts <supergraph file> default|rust`. It has
 * deduplication of what is in flight on.
 */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';

import { serve } from '@metatron/platform/http';

import { present } from '../contender.ts';

interface FromClient {
  readonly request: { readonly headers: { get(name: string): string | null } };
}

interface Configuration {
  readonly supergraph: string;
  /** The Rust planner with an executor made for it. */
  readonly unifiedGraphHandler?: object;
  readonly propagateHeaders: { fromClientToSubgraphs(payload: FromClient): Readonly<Record<string, string>> };
  readonly inboundInflightRequestDeduplication: boolean;
  readonly logging: boolean;
}

/** Without its types: it is installed only when it is measured, and changes those of graphql. */
const load = (name: string): Promise<unknown> => import(name);

const [runtime, router] = (await Promise.all([
  load('@graphql-hive/gateway-runtime'),
  load('@graphql-hive/router-runtime'),
])) as [
  { readonly createGatewayRuntime: (configuration: Configuration) => RequestListener },
  { readonly unifiedGraphHandler: object },
];

const [, , supergraphFile = '', planner] = process.argv;
const gateway = runtime.createGatewayRuntime({
  supergraph: readFileSync(supergraphFile, 'utf8'),
  ...(planner === 'rust' ? { unifiedGraphHandler: router.unifiedGraphHandler } : {}),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
  },
  inboundInflightRequestDeduplication: true,
  logging: false,
});
const { url } = await serve(gateway, '127.0.0.1', 0);
present(`${url}/graphql`);
