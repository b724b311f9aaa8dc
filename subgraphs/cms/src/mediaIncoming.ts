/** Files on their way into the library: on disk, never whole in memory. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const MAX_FILE_BYTES = 25 * 1024 * 1024;

export interface Incoming {
  /** Where it lies until it is stored. */
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

export class TooLarge extends Error {}

/** Counts and hashes what passes. */
class Meter {
  size = 0;
  readonly hash = createHash('sha256');

  /** @throws TooLarge past the limit. */
  async *measure(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.size += chunk.length;
      if (this.size > MAX_FILE_BYTES) throw new TooLarge();
      this.hash.update(chunk);
      yield chunk;
    }
  }
}

/**
 * Receives a file, uses it, and removes what is left of it.
 * @throws TooLarge past 25 MB.
 */
export async function receive<T>(
  dataDirectory: string,
  source: Readable,
  use: (incoming: Incoming) => Promise<T>,
): Promise<T> {
  const folder = join(dataDirectory, 'media', '.incoming');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, randomUUID());
  const meter = new Meter();
  try {
    await pipeline(
      source,
      (chunks: AsyncIterable<Buffer>) => meter.measure(chunks),
      createWriteStream(file, { mode: 0o600 }),
    );
    return await use({ file, size: meter.size, sha256: meter.hash.digest('hex') });
  } finally {
    await rm(file, { force: true });
  }
}
