/** The gateway's door before a real server that is kept busy. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serve, type HttpServer } from '@metatron/platform/http';

import { crossOrigin } from '../../src/http/crossOrigin.ts';
import { door } from '../../src/rates/door.ts';
import { Turns } from '../../src/rates/turns.ts';

const ORIGIN = 'https://app.example';
const agent = new Agent({ keepAlive: true });
let server: HttpServer;
let refused = 0;
let begun = 0;

/** Keeps the thread, as a request that is expensive does. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

beforeAll(async () => {
  const turns = new Turns({ perTurn: 1, patience: 60, impatience: 20 });
  const entrance = { rates: undefined, turns, crossOrigin: crossOrigin([ORIGIN]), onOverloaded: () => (refused += 1) };
  const listener = door(entrance, (asked, response) => {
    begun += 1;
    if (asked.url === '/graphql') work(15);
    asked.resume();
    response.end('done');
  });
  server = await serve(listener, '127.0.0.1', 0);
});

afterAll(async () => {
  agent.destroy();
  await server.stop();
});

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const send = (path: string, body = '{}'): Promise<Got> =>
  new Promise((resolve, reject) => {
    const headers = { origin: ORIGIN, 'content-type': 'application/json' };
    request(new URL(path, server.url), { method: 'POST', agent, headers }, (response) => {
      text(response).then(
        (all) => resolve({ status: response.statusCode, headers: response.headers, body: all }),
        reject,
      );
    })
      .on('error', reject)
      .end(body);
  });

test('what would be late is refused with the time to come back, the rest is answered, and whoever watches is let in', async () => {
  // A server takes one new connection a turn: these are there already.
  const opened = await Promise.all(Array.from({ length: 60 }, () => send('/health')));
  begun -= opened.length;
  const asking = Array.from({ length: 60 }, () => send('/graphql'));
  const watching = Array.from({ length: 5 }, () => send('/health'));
  const answers = await Promise.all(asking);
  const watched = await Promise.all(watching);
  const busy = answers.filter(({ status }) => status === 503);
  expect(busy.length).toBeGreaterThan(0);
  expect(busy.length).toBeLessThan(60);
  expect({ refused, begun }).toEqual({ refused: busy.length, begun: 65 - busy.length });
  for (const { body, headers } of busy) {
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    });
    expect(headers).toMatchObject({ 'retry-after': '1', 'access-control-allow-origin': ORIGIN });
    // A client that comes back needs no new connection.
    expect(headers['connection']).toBe('keep-alive');
  }
  expect(answers.filter(({ body }) => body === 'done')).toHaveLength(60 - busy.length);
  for (const { status } of watched) expect(status).toBe(200);
});

test('it is open again when the rush is over', async () => {
  expect((await send('/graphql')).status).toBe(200);
});
