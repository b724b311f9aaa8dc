import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { MediaStorage } from './mediaStorage.ts';

/** Files below the data directory. */
export function folderStorage(dataDirectory: string): MediaStorage {
  const pathOf = (key: string): string => join(dataDirectory, 'media', key);
  return {
    async put(key, file) {
      await mkdir(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
      await rename(file, pathOf(key));
    },
    async get(key, range) {
      const handle = await open(pathOf(key)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      return handle?.createReadStream(range ?? {});
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  };
}
