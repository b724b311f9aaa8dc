import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { matrixTable } from '../tools/matrixTable.ts';

test('docs/access.md has the table that `npm run access` prints', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'access.md'), 'utf8');
  const [table] = /^\| Service .*(?:\n\|.*)*/m.exec(page) ?? [];
  expect(table).toBe(matrixTable());
});
