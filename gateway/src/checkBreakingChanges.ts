/**
 * `npm run check`: the public schema against the commit before. A break that is meant stands in
 * `gateway/breakingChanges.json`, by its coordinate and with its reason.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { breakingChanges } from './breakingChanges.ts';
import { supergraphFile } from './supergraph.ts';

const FILE = 'gateway/supergraph.graphql';
const MAX_BYTES = 16 * 1024 * 1024;

const acknowledgedFile = join(import.meta.dirname, '..', 'breakingChanges.json');

/** The committed supergraph; undefined where the history does not reach so far. */
function committed(revision: string): string | undefined {
  try {
    return execFileSync('git', ['show', `${revision}:${FILE}`], {
      encoding: 'utf8',
      maxBuffer: MAX_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

const after = readFileSync(supergraphFile, 'utf8');
const last = committed('HEAD');
const before = last === after ? committed('HEAD~1') : last;
const acknowledged = JSON.parse(readFileSync(acknowledgedFile, 'utf8')) as Readonly<Record<string, string | undefined>>;
const changes = before === undefined ? [] : await breakingChanges(before, after);
const unknown = changes.filter(({ coordinate }) => acknowledged[coordinate] === undefined);
for (const { coordinate, message } of unknown) console.error(`${coordinate}: ${message}`);
if (unknown.length > 0) process.exitCode = 1;
