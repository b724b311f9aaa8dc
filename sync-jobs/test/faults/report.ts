import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import type { Outcome } from './schedule.ts';

const file = join(import.meta.dirname, '../../../bench/results/faults.json');

interface Run {
  readonly seed: number;
  readonly outcomes: readonly Outcome[];
  /** By mutation, at which fault the run went red; null: it did not. Undefined: not tried. */
  readonly redAtFault: Readonly<Record<string, number | null>> | undefined;
}

function summarise(outcomes: readonly Outcome[]) {
  const times = outcomes.flatMap(({ exactAfterMs }) => exactAfterMs ?? []).sort((one, other) => one - other);
  return {
    faults: outcomes.length,
    violations: outcomes.filter(({ violation }) => violation !== undefined).length,
    exactAfterMs: { median: times[times.length >> 1] ?? null, max: times.at(-1) ?? null },
  };
}

const git = (...parameters: string[]): string => execFileSync('git', parameters, { encoding: 'utf8' }).trim();

/** Writes down what was endured, by kind. */
export function writeReport({ seed, outcomes, redAtFault }: Run): void {
  const kinds = [...new Set(outcomes.map(({ fault }) => fault))].sort();
  const report = {
    name: 'faults',
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    machine: `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
    seed,
    mutations: redAtFault,
    all: summarise(outcomes),
    kinds: Object.fromEntries(kinds.map((kind) => [kind, summarise(outcomes.filter(({ fault }) => fault === kind))])),
  };
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
