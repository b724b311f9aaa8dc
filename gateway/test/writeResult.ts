import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, '..', '..', 'bench', 'results');

/** Keeps what a long run has shown in `bench/results/<name>.json`, beside the benches' own results. */
export function writeResult(name: string, detail: object): void {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  const result = { name, at: new Date().toISOString(), commit, machine, ratios: {}, detail };
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
