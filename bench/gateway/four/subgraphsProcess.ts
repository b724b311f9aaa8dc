/**
 * The four subgraphs in a process of their own: `subgraphsProcess.ts recorded|computed|apollo`. Recorded, they answer
 * what was asked before from the record, so that the machine measures gateways; computed, they execute each time;
 * apollo, they do so under Apollo Server, as its documentation sets subgraphs up.
 */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import { answering, present } from '../contender.ts';

import { runnerOf } from './runnerOf.ts';
import type { Service } from './schemas.ts';
import { buildSchemas } from './subgraphs.ts';

export type Kind = 'recorded' | 'computed' | 'apollo';

const MAX_RECORDS = 5_000;
/** Longer than a contender waits for its turn: none finds its connections closed. */
const KEPT_MS = 600_000;

type Answer = (body: string) => Promise<string>;

let fetches = 0;

function compute(schema: GraphQLSchema): Answer {
  const run = runnerOf(schema);
  return async (body) => {
    const operation = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    return JSON.stringify(await run(operation));
  };
}

/** Answers to the same body with the same text. */
function record(answer: Answer): Answer {
  const records = new LRUCache<string, string>({ max: MAX_RECORDS });
  return async (body) => {
    const known = records.get(body);
    if (known !== undefined) return known;
    const made = await answer(body);
    records.set(body, made);
    return made;
  };
}

/** A gateway that does not pass the caller on gets nothing. */
const listener = (answer: Answer): RequestListener =>
  answering(async ({ headers }, body) => {
    fetches += 1;
    return headers.authorization === undefined ? undefined : answer(body);
  });

async function listen(answer: Answer): Promise<string> {
  const server = createServer({ keepAliveTimeout: KEPT_MS }, listener(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const start: Readonly<Record<Kind, (schema: GraphQLSchema) => Promise<string>>> = {
  recorded: (schema) => listen(record(compute(schema))),
  computed: (schema) => listen(compute(schema)),
  async apollo(schema) {
    const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
    return (await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } })).url;
  },
};

const kind = process.argv[2] as Kind;
const urls: Partial<Record<Service, string>> = {};
for (const [service, schema] of buildSchemas()) urls[service] = await start[kind](schema);
present(JSON.stringify(urls), () => fetches);
