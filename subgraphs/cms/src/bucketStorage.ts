import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';

import type { ObjectStore } from '@metatron/platform/env';
import { AwsClient } from 'aws4fetch';

import type { MediaStorage } from './mediaStorage.ts';

const DEADLINE_MS = 60_000;
const RETRIES = 2;

/** Objects of a bucket, addressed by path, which every S3-compatible storage understands. */
export function bucketStorage({ endpoint, bucket, region, accessKeyId, secretAccessKey }: ObjectStore): MediaStorage {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES });
  const ask = async (key: string, request: RequestInit): Promise<Response> => {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const response = await client.fetch(`${endpoint}/${bucket}/${key}`, { ...request, signal });
    // The body of an error names hosts and keys: the status alone goes on.
    if (!response.ok && response.status !== 404) throw new Error(`the object store answers ${String(response.status)}`);
    return response;
  };
  return {
    async put(key, file, mimeType) {
      const body = await openAsBlob(file);
      const { ok } = await ask(key, { method: 'PUT', headers: { 'content-type': mimeType }, body });
      if (!ok) throw new Error('the object store has no such bucket');
    },
    async get(key, range) {
      const headers: Record<string, string> =
        range === undefined ? {} : { range: `bytes=${String(range.start)}-${String(range.end)}` };
      const { ok, body } = await ask(key, { method: 'GET', headers });
      return ok && body !== null ? Readable.fromWeb(body as never) : undefined;
    },
    async delete(key) {
      await ask(key, { method: 'DELETE' });
    },
  };
}
