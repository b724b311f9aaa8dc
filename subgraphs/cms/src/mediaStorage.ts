/** Where the library's files lie: in the data directory, or in S3-compatible storage. */
import type { Readable } from 'node:stream';

import type { PlatformServices } from '@metatron/platform/context';

import { bucketStorage } from './bucketStorage.ts';
import { folderStorage } from './folderStorage.ts';

/** Bytes of a file, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Keys are of our own making: a tenant and a random name. */
export interface MediaStorage {
  /** Stores a file of this machine under a key. */
  put(key: string, file: string, mimeType: string): Promise<void>;
  /** The content, or a part of it; undefined when nothing is there. */
  get(key: string, range: ByteRange | undefined): Promise<Readable | undefined>;
  /** Nothing to delete is no fault. */
  delete(key: string): Promise<void>;
}

export function mediaStorageOf({ dataDirectory, objectStore }: PlatformServices): MediaStorage {
  return objectStore === undefined ? folderStorage(dataDirectory) : bucketStorage(objectStore);
}
