/** The table of threats is a list of tests: none of its numbers may lose its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const PARTS = ['gateway', 'platform', 'prisma', 'subgraphs', 'sync-jobs', 'examples'];
const THREATS = 30;
/** What other parts of the platform are to stop: links, inside addresses, content. */
const ELSEWHERE = new Set([19, 22, 23]);

const TITLE = /(?:describe|test|it)(?:\.each\b[\s\S]*?\]?\))?\(\s*['"`]threat (\d+): /g;

function testFiles(): string[] {
  return PARTS.flatMap((part) =>
    readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
      .map((file) => join(ROOT, part, file)),
  );
}

test('every threat has a test that is named after its number', () => {
  const named = new Set(
    testFiles().flatMap((file) => [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, number]) => Number(number))),
  );
  const due = Array.from({ length: THREATS }, (_, index) => index + 1).filter((number) => !ELSEWHERE.has(number));
  expect(due.filter((number) => !named.has(number))).toEqual([]);
});
