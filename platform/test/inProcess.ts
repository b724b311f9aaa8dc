/** A subgraph in the test's own process, over the running databases: what it asks them can be counted. */
import { join } from 'node:path';

import type { ExecutionResult } from 'graphql';
import pg from 'pg';

import type { Connections } from '../src/database/connections.ts';
import type { Domain } from '../src/domains.ts';
import type { Identity } from '../src/identity.ts';
import { createLog } from '../src/log.ts';
import { loadSubgraph, type Subgraph } from '../src/subgraph.ts';
import { openKeyRing } from '../src/tokens.ts';

import { connections, dataDirectory } from './kit.ts';

export interface Asked {
  readonly data: Record<string, never> | null | undefined;
  readonly errors: ExecutionResult['errors'];
  /** The statements that answered it, transactions' BEGIN and COMMIT too. */
  readonly statements: readonly string[];
}

export interface InProcess {
  readonly subgraph: Subgraph;
  ask(query: string, identity: Identity, variables?: Readonly<Record<string, unknown>>): Promise<Asked>;
}

type Send = (this: pg.Client, query: string | { readonly text: string }, ...rest: unknown[]) => unknown;

/** Every statement of this process from now on; a test file has its own process's worth of pg. */
function recordStatements(): string[] {
  const seen: string[] = [];
  const prototype = pg.Client.prototype as unknown as { query: Send };
  const send = prototype.query;
  prototype.query = function record(query, ...rest) {
    seen.push(typeof query === 'string' ? query : query.text);
    return send.call(this, query, ...rest);
  };
  return seen;
}

/** A domain's subgraph as the gateway has it in its own process; the kit's connections end with `closeSql`. */
export async function openSubgraph(domain: Domain, over?: Connections): Promise<Subgraph> {
  const definition = await loadSubgraph(domain);
  const keys = await openKeyRing(join(dataDirectory, 'keys.json'));
  return definition.start({
    connections: over ?? connections(),
    keys,
    log: createLog('silent'),
    dataDirectory,
    objectStore: undefined,
    vapidKeysFile: join(dataDirectory, 'vapid.json'),
  });
}

/** Starts a domain's subgraph, and counts what it asks. */
export async function startInProcess(domain: Domain, over?: Connections): Promise<InProcess> {
  const subgraph = await openSubgraph(domain, over);
  const seen = recordStatements();
  return {
    subgraph,
    async ask(query, identity, variables) {
      seen.length = 0;
      const caller = { identity, requestId: 'in-process', address: '203.0.113.77', userAgent: 'Test/1.0' };
      const { data, errors } = await subgraph.execute({ query, variables, caller });
      return { data: data as Asked['data'], errors, statements: [...seen] };
    },
  };
}
