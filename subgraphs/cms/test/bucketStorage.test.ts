/** The storage against a server that speaks the three requests of S3 that it makes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { bucketStorage } from '../src/bucketStorage.ts';

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-test\/s3\/aws4_request, SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}$/;

const folder = mkdtempSync(join(tmpdir(), 'metatron-bucket-'));
const objects = new Map<string, Buffer>();
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const key = request.url ?? '';
      const known = objects.get(key);
      if (!SIGNED.test(request.headers.authorization ?? '')) response.writeHead(403).end();
      else if (request.method === 'PUT') {
        objects.set(key, body);
        response.end();
      } else if (request.method === 'DELETE') response.writeHead(objects.delete(key) ? 204 : 404).end();
      else if (known === undefined) response.writeHead(404).end('<Error><HostId>inner</HostId></Error>');
      else {
        const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        if (start === undefined) response.end(known);
        else response.writeHead(206).end(known.subarray(Number(start), Number(end) + 1));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const storage = (accessKeyId = 'key') => {
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return bucketStorage({ endpoint, bucket: 'media', region: 'eu-test', accessKeyId, secretAccessKey: 'secret' });
};

test('keeps, gives, gives a part of, and deletes a file, with signed requests', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'content');
  await storage().put('acme/name', file, 'text/plain');
  expect([...objects.keys()]).toEqual(['/media/acme/name']);
  const read = async (range?: { start: number; end: number }): Promise<string | undefined> => {
    const stream = await storage().get('acme/name', range);
    return stream === undefined ? undefined : (await buffer(stream)).toString();
  };
  expect(await read()).toBe('content');
  expect(await read({ start: 1, end: 3 })).toBe('ont');
  await storage().delete('acme/name');
  await storage().delete('acme/name');
  expect(await read()).toBeUndefined();
});

test('tells a refusal by its status alone', async () => {
  await expect(storage('stranger').get('acme/name', undefined)).rejects.toThrow('the object store answers 403');
});
