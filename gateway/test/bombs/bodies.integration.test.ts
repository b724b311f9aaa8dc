/** Bodies that are more than they seem, lie about their length, or never end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

import { afterEach, describe, expect, test } from '@jest/globals';

import { tokenOf, url } from '../../../platform/test/kit.ts';
import { serve } from '@metatron/platform/http';

import { crossOrigin } from '../../src/http/crossOrigin.ts';
import { graphqlListener } from '../../src/http/graphqlListener.ts';
import { promptly } from '../../src/rates/promptly.ts';
import { callerFor } from '../askPipeline.ts';
import { client, openTestPipeline } from '../pipeline/openTestPipeline.ts';

import { beside } from './beside.ts';

const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** Opens a connection and writes to it as it is. */
function open(written: string, to = url): Socket {
  const { hostname, port } = new URL(to);
  const socket = connect(Number(port), hostname);
  // It may be reset while this side still writes.
  socket.on('error', () => undefined);
  socket.write(written);
  opened.push(socket);
  return socket;
}

/** All that comes back over a connection until the other side ends it. */
const answerTo = (written: string, to = url): Promise<string> => text(open(written, to));

const HEAD = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const QUERY = '{"query":"{ __typename }"}';

async function post(
  body: Buffer | string,
  encoding?: string,
): Promise<{ readonly status: number; readonly code: unknown }> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await tokenOf('acme')}`,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: Buffer.from(body) as never });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

describe('threat 11: a compressed body', () => {
  const huge = Buffer.from(`{"query":"{ me { id } } #${'a'.repeat(50_000_000)}"}`);
  const small = Buffer.from(QUERY);
  const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

  test.each([
    ['gzip', gzipSync(huge)],
    ['deflate', deflateSync(huge)],
    ['br', brotliCompressSync(huge, quickly)],
  ])('by %s that is 50 MB is refused before it is there', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(256 * 1024);
    expect(await beside(() => post(bomb, encoding))).toEqual({ status: 413, code: 'BAD_USER_INPUT' });
  });

  test.each([
    ['twice', gzipSync(gzipSync(small)), 'gzip, gzip', 415],
    ['by what nobody knows', small, 'zip', 415],
    ['by name alone', small, 'gzip', 400],
    ['and cut off', gzipSync(small).subarray(0, 20), 'gzip', 400],
    ['and followed by nonsense', Buffer.concat([gzipSync(small), Buffer.alloc(1_000, 7)]), 'gzip', 400],
    ['twice, and unpacked once', gzipSync(gzipSync(small)), 'gzip', 400],
  ])('%s is refused', async (_what, body, encoding, status) => {
    expect(await beside(() => post(body, encoding))).toEqual({ status, code: 'BAD_USER_INPUT' });
  });

  test.each([
    ['gzip', gzipSync(small)],
    ['deflate', deflateSync(small)],
    ['br', brotliCompressSync(small)],
  ])('by %s is read', async (encoding, body) => {
    expect(await beside(() => post(body, encoding))).toEqual({ status: 200, code: undefined });
  });
});

describe('threat 10: a batch', () => {
  test.each([
    ['of none', '[]'],
    ['of one', `[${QUERY}]`],
    ['of ten thousand', `[${Array.from({ length: 9_000 }, () => QUERY).join(',')}]`],
    ['of batches', `${'['.repeat(90)}${QUERY}${']'.repeat(90)}`],
  ])('%s is refused', async (_what, body) => {
    expect(await beside(() => post(body))).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  });

  test.each(['"x"', '1', 'null', 'true', ''])('that is %j is none, and refused', async (body) => {
    expect(await beside(() => post(body))).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  });
});

describe('a length', () => {
  test.each([
    ['that is no number', 'content-length: x\r\n\r\n'],
    ['below nothing', 'content-length: -1\r\n\r\n'],
    ['past all numbers', `content-length: ${'9'.repeat(40)}\r\n\r\n`],
    ['of two kinds', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['given twice', 'content-length: 5\r\ncontent-length: 6\r\n\r\n'],
    ['of a piece that is none', 'transfer-encoding: chunked\r\n\r\nzz\r\n'],
  ])('%s ends the connection', async (_what, rest) => {
    expect(await beside(() => answerTo(`${HEAD}${rest}`))).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('that is said to be too large is refused before anything is sent', async () => {
    const answer = beside(async () => {
      const socket = open(`${HEAD}content-length: 100000000\r\n\r\n`);
      const [first] = (await once(socket, 'data')) as [Buffer];
      return String(first);
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*BAD_USER_INPUT/);
  });

  test('that is shorter than the body makes the rest another request, which is none', async () => {
    const length = `content-length: ${String(QUERY.length)}`;
    expect(await beside(() => answerTo(`${HEAD}${length}\r\n\r\n${QUERY}DROP TABLE`))).toMatch(
      /HTTP\/1\.1 400 Bad Request/,
    );
  });

  test('that is longer than the body, whose sender goes, leaves nothing behind', async () => {
    await beside(() => {
      const senders = Array.from({ length: 50 }, () => open(`${HEAD}content-length: 5000\r\n\r\n${QUERY}`).end());
      return Promise.all(senders.map((socket) => text(socket).catch(() => '')));
    });
    expect(await post(QUERY)).toEqual({ status: 200, code: undefined });
  });
});

describe('a request that is sent slowly', () => {
  test('takes nobody’s place, be there five hundred', async () => {
    for (let nth = 0; nth < 500; nth += 1) open(`${HEAD}content-length: 5000\r\n\r\n{"query":"`);
    expect(await beside(() => post(QUERY))).toEqual({ status: 200, code: undefined });
  });

  test('is refused when its time is over, and its connection ends', async () => {
    const pipeline = await openTestPipeline(() => Promise.resolve({ data: null }));
    const options = {
      pipeline: promptly(pipeline, 300),
      identify: () => Promise.resolve(callerFor(client)),
      crossOrigin: crossOrigin([]),
      page: () => false,
    };
    const server = await serve(graphqlListener(options), '127.0.0.1', 0);
    const socket = open(`${HEAD}content-length: 5000\r\n\r\n`, server.url);
    const dripping = setInterval(() => socket.write(' '), 20);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"BAD_USER_INPUT"/);
    clearInterval(dripping);
    const quick = await answerTo(
      `${HEAD}connection: close\r\ncontent-length: ${String(QUERY.length)}\r\n\r\n${QUERY}`,
      server.url,
    );
    expect(quick).toMatch(/^HTTP\/1\.1 200 /);
    await server.stop();
    await pipeline.stop();
  });
});

describe('an address', () => {
  test.each(['/media/%E0%A4%A/x', '/media/%FF/%FF'])(
    'that cannot be read, %s, is refused in a code without a stack',
    async (path) => {
      const response = await beside(() => fetch(`${url}${path}`));
      const body = await response.text();
      expect([response.status, JSON.parse(body)]).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      ]);
      expect(body).not.toMatch(/node_modules|\.js|Error/);
    },
  );

  test('of 20 KB is refused', async () => {
    const answer = await beside(() => answerTo(`GET /graphql?query=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`));
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('whose headers have 20 KB is refused', async () => {
    const answer = await beside(() => answerTo(`${HEAD}x-a: ${'a'.repeat(20_000)}\r\n\r\n`));
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});
