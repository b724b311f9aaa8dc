/** The app as it is deployed: built by Vite, served beside the gateway's `/graphql` by a server of its own. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { childEnvironment } from '../../../platform/src/env.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function build(directory: string): Promise<void> {
  const vite = ['node_modules/vite/bin/vite.js', 'build', 'examples/web', '--outDir', directory, '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, vite, {
    env: childEnvironment({ NODE_ENV: 'production', NODE_OPTIONS: '' }),
  });
}

async function forward(request: IncomingMessage, response: ServerResponse, gateway: string): Promise<void> {
  const { accept = '*/*', authorization, 'content-type': type = '' } = request.headers;
  const answer = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { accept, 'content-type': type, ...(authorization === undefined ? {} : { authorization }) },
    body: await text(request),
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}

function send(response: ServerResponse, directory: string, path: string): void {
  const file = path === '/' ? '/index.html' : path;
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  response.end(readFileSync(join(directory, file)));
}

export interface ServedApp {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function serveApp(gateway: string): Promise<ServedApp> {
  const directory = mkdtempSync(join(tmpdir(), 'metatron-example-'));
  await build(directory);
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/graphql') void forward(request, response, gateway);
    else send(response, directory, path);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      rmSync(directory, { recursive: true });
    },
  };
}
