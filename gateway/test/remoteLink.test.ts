/** A subgraph behind HTTP that answers with anything at all. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Caller } from '../../platform/src/identity.ts';
import { openKeyRing, type KeyRing } from '../../platform/src/tokens.ts';
import { remoteLink } from '../src/remoteLink.ts';

const caller: Caller = { identity: { kind: 'platform' }, requestId: 'a-request', address: '', userAgent: '' };
const directory = mkdtempSync(join(tmpdir(), 'remote-link-'));
const servers: Server[] = [];
let keys: KeyRing;

beforeAll(async () => {
  keys = await openKeyRing(join(directory, 'keys.json'));
});

afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(directory, { recursive: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const answering =
  (status: number, body: string, headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** 100 MB, a piece at a time, for as long as somebody takes them. */
const flood: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(2 ** 20, 'x');
  let left = 100;
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
};

const truncated: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
  response.write('{"data":{"a":');
  setImmediate(() => response.destroy());
};

const never: RequestListener = () => undefined;

/** Sends its headers at once and then a byte at a time. */
const trickling: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};

describe('an answer that is none is SERVICE_UNAVAILABLE', () => {
  test.each<[string, RequestListener]>([
    ['no JSON', answering(200, '<html>')],
    ['a list', answering(200, '[]')],
    ['neither data nor errors', answering(200, '{}')],
    ['data that is text', answering(200, '{"data":"x"}')],
    ['errors that are text', answering(200, '{"errors":"x"}')],
    ['errors that are numbers', answering(200, '{"errors":[1]}')],
    ['status 500', answering(500, '{"data":{}}')],
    ['status 401', answering(401, '{"errors":[{"message":"who?","extensions":{"code":"UNAUTHENTICATED"}}]}')],
    ['a redirection', answering(302, '', { location: 'http://127.0.0.1:9/' })],
    ['half a body', truncated],
    ['100 MB', flood],
    ['nothing, ever', never],
    ['an end that never comes', trickling],
  ])('%s', async (_title, listener) => {
    const link = remoteLink('crm', await serve(listener), keys);
    const signal = AbortSignal.timeout(1_000);
    await expect(link.execute({ query: '{ a }', caller, signal })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  test('nobody there', async () => {
    const link = remoteLink('crm', 'http://127.0.0.1:9', keys);
    await expect(link.execute({ query: '{ a }', caller })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

test('sends the caller as a token for this subgraph alone, one for all fetches of a request', async () => {
  const tokens: string[] = [];
  const url = await serve((request, response) => {
    tokens.push(request.headers.authorization?.replace('Bearer ', '') ?? '');
    answering(200, '{"data":{"a":1}}')(request, response);
  });
  const link = remoteLink('crm', url, keys);
  expect(await link.execute({ query: '{ a }', caller })).toEqual({ data: { a: 1 } });
  await link.execute({ query: '{ a }', caller });
  await link.execute({ query: '{ a }', caller: { ...caller, requestId: 'another-request' } });
  expect(tokens[1]).toBe(tokens[0]);
  const known = await Promise.all(tokens.map((token) => keys.verifyCaller(token, 'crm')));
  expect(known.map(({ requestId }) => requestId)).toEqual(['a-request', 'a-request', 'another-request']);
  await expect(keys.verifyCaller(tokens[0] ?? '', 'cms')).rejects.toThrow();
});

test('keeps its connections from one fetch to the next', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    answering(400, '{"errors":[{"message":"no"}]}')(request, response);
  });
  const link = remoteLink('crm', url, keys);
  for (let nth = 0; nth < 20; nth += 1)
    expect(await link.execute({ query: '{ a }', caller })).toEqual({ errors: [{ message: 'no' }] });
  // The next fetch may come before the last one's connection is free again.
  expect(ports.size).toBeLessThan(4);
});
