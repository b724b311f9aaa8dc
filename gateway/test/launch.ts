/** The project's programs as processes of a test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { childEnvironment } from '@metatron/platform/env';

import { dataDirectory } from '../../platform/test/kit.ts';
import { untilPrinted } from '../../platform/test/programs.ts';

export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  /** All it printed, on both streams. */
  readonly output: () => string;
  /** The exit code, once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** How long a start may take on a machine in use; how quick it is, is the bench's to say. */
export const START_MS = 180_000;

const running = new Set<ChildProcess>();

/** Starts a program on a free port and in silence, unless the environment given says otherwise. */
export function launch(command: readonly string[], environment: Readonly<Record<string, string>>): Launched {
  const child = spawn(process.execPath, command, {
    env: childEnvironment({ NODE_OPTIONS: '', PORT: '0', LOG_LEVEL: 'silent', ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, pid: child.pid ?? 0, output: () => printed, ended };
}

export const launchPlatform = (environment: Readonly<Record<string, string>>): Launched =>
  launch(['gateway/src/main.ts'], environment);

/** The address that a program prints once it answers. */
export async function addressOf({ child }: Launched, pattern = /GraphQL +(http\S+)\/graphql/): Promise<string> {
  return (await untilPrinted(child, pattern, START_MS))[1] ?? '';
}

/** One service as a process of its own, over the databases of all tests. */
export const launchService = (name: string, environment: Readonly<Record<string, string>> = {}): Launched =>
  launch(['gateway/src/service.ts', name], { DATA_DIR: dataDirectory, ...environment });

/** The address that a service prints once it answers. */
export const serviceAddressOf = (service: Launched): Promise<string> => addressOf(service, /listens on (http\S+)/);

/** The process id of the PostgreSQL on a folder, by its own lock file. */
export function postgresPid(dataDirectory: string): number | undefined {
  const lock = join(dataDirectory, 'postgres', 'postmaster.pid');
  return existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : undefined;
}

/** Ends what a failed test left behind. */
export async function endAll(): Promise<void> {
  const left = [...running].map((child) => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    return closed;
  });
  await Promise.all(left);
}
