/** How long `npm start` takes on a fresh folder and on a kept one, and the memory it holds at rest. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { childEnvironment } from '@metatron/platform/env';

import type { Measured } from './run.ts';

const REST_MS = 10_000;
const PATIENCE_MS = 120_000;
const ROOT = join(import.meta.dirname, '..');

interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly memoryMb: number;
}

function readStatus(pid: string): ProcessStatus[] {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1] ?? '0';
    return [
      { pid: Number(pid), parent: Number(field('PPid')), name: field('Name'), memoryMb: Number(field('VmRSS')) / 1024 },
    ];
  } catch {
    // It ended while the list was read.
    return [];
  }
}

/** A process and all below it; PostgreSQL is not: it runs in a session of its own. */
function processTree(root: number): ProcessStatus[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStatus);
  const below = (pid: number): ProcessStatus[] =>
    all.filter(({ parent }) => parent === pid).flatMap((found) => [found, ...below(found.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

async function startOnce(dataDirectory: string): Promise<{ readonly program: ChildProcess; readonly seconds: number }> {
  const startedAt = performance.now();
  const program = spawn('npm', ['start'], {
    cwd: ROOT,
    env: childEnvironment({ DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'warn' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  program.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)));
  while (!printed.includes('is ready after')) {
    if (program.exitCode !== null || performance.now() - startedAt > PATIENCE_MS)
      throw new Error(`npm start did not become ready:\n${printed}`);
    await sleep(5);
  }
  return { program, seconds: (performance.now() - startedAt) / 1000 };
}

async function stop(program: ChildProcess): Promise<number> {
  const startedAt = performance.now();
  program.kill('SIGTERM');
  await once(program, 'exit');
  return (performance.now() - startedAt) / 1000;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export async function measureStart(): Promise<Measured> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-bench-'));
  chmodSync(dataDirectory, 0o711);
  const load = loadavg()[0] ?? 0;
  try {
    const first = await startOnce(dataDirectory);
    await sleep(REST_MS);
    const processes = processTree(first.program.pid ?? 0);
    const stopSeconds = await stop(first.program);
    const second = await startOnce(dataDirectory);
    await stop(second.program);
    const memory = processes.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
    return {
      ratios: {
        readySeconds: round(first.seconds, 2),
        restartSeconds: round(second.seconds, 2),
        restMemoryMb: round(memory, 0),
      },
      detail: {
        what: 'npm start to its ready line; resident memory of npm and all node processes 10 s later',
        stopSeconds: round(stopSeconds, 2),
        processes: processes.map(({ name, memoryMb }) => ({ name, memoryMb: round(memoryMb, 0) })),
        loadBefore: round(load, 2),
      },
    };
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
