/** `npm run bench -- <name>`: measures, and writes `bench/results/<name>.json`. Without a name, all. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import { measureAccess } from './access/access.ts';
import { measureGateway } from './gateway/gateway.ts';
import { measureLists } from './lists.ts';
import { measureStart } from './start.ts';
import { measureSync } from './sync/sync.ts';

/** What a measurement gives; a ratio is ours against the other in the same run, unless its name has a unit. */
export interface Measured {
  readonly ratios: Readonly<Record<string, number>>;
  readonly detail: object;
}

const benches: Readonly<Record<string, () => Promise<Measured>>> = {
  start: measureStart,
  lists: measureLists,
  access: measureAccess,
  sync: measureSync,
  gateway: measureGateway,
};
const results = join(import.meta.dirname, 'results');

function describeMachine(): string {
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${memory}, Node ${process.version}, ${process.platform}-${process.arch}`;
}

/** The commit measured; `+` when files differ from it. */
function describeCommit(): string {
  const git = (...parameters: string[]): string => execFileSync('git', parameters, { encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', '.', ':!bench/results') !== '';
  return `${git('rev-parse', 'HEAD')}${isChanged ? '+' : ''}`;
}

async function run(name: string, measure: () => Promise<Measured>): Promise<void> {
  const commit = describeCommit();
  const { ratios, detail } = await measure();
  const result = { name, at: new Date().toISOString(), commit, machine: describeMachine(), ratios, detail };
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  console.log(name, ratios);
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. Choose from ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 1;
} else {
  for (const [name, measure] of Object.entries(benches))
    if (chosen.length === 0 || chosen.includes(name)) await run(name, measure);
}
