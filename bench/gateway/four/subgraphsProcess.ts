/**
 * The four subgraphs in a process of their own: `subgraphsProcess.ts recorded|computed`. What was asked before is
 * answered from the record, so that the machine measures gateways; or all is computed each time.
 */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { execute, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import { answering, present } from '../contender.ts';

import type { Service } from './schemas.ts';
import { buildSchemas } from './subgraphs.ts';

const MAX_RECORDS = 5_000;
/** Longer than a contender waits for its turn: none finds its connections closed. */
const KEPT_MS = 600_000;
const MAX_DOCUMENTS = 1_000;

type Answer = (body: string) => Promise<string>;

let fetches = 0;

/** Answers over one schema; its documents are parsed once. */
function compute(schema: GraphQLSchema): Answer {
  const documents = new LRUCache<string, DocumentNode>({ max: MAX_DOCUMENTS });
  return async (body) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const document = documents.get(query) ?? parse(query, { noLocation: true });
    documents.set(query, document);
    return JSON.stringify(await execute({ schema, document, variableValues: variables }));
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

const isRecorded = process.argv[2] === 'recorded';
const urls: Partial<Record<Service, string>> = {};
for (const [service, schema] of buildSchemas()) {
  const answer = isRecorded ? record(compute(schema)) : compute(schema);
  const server = createServer({ keepAliveTimeout: KEPT_MS }, listener(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  urls[service] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
present(JSON.stringify(urls), () => fetches);
