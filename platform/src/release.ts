import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));

/** The release that this process runs, by its package. */
export const { version: release } = z.object({ version: z.string() }).parse(manifest);
