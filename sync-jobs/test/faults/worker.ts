import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { ended } from '../kit.ts';

import type { FaultProxy } from './proxy.ts';

/** What a worker process is told. */
export interface Ways {
  readonly dataDirectory: string;
  readonly sourcePort: number;
  readonly cdxPort: number;
  /** Undefined: its queue is in cdx. */
  readonly redisPort: number | undefined;
}

/** A worker's own proxies, so that one worker is cut off and another is not. */
export interface Proxies {
  readonly source: FaultProxy;
  readonly cdx: FaultProxy;
  readonly redis: FaultProxy;
}

export type Part = keyof Proxies;

export interface WorkerOptions {
  readonly dataDirectory: string;
  readonly name: string;
  readonly proxies: Proxies;
}

const program = join(import.meta.dirname, 'workerProcess.ts');

export class Worker {
  readonly proxies: Proxies;
  private readonly options: WorkerOptions;
  private child: ChildProcess | undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.proxies = options.proxies;
  }

  get logFile(): string {
    return join(this.options.dataDirectory, `${this.options.name}.log`);
  }

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /**
   * Ends when it has its databases and its queue, or has given up waiting for them.
   * @param preloads modules that are loaded before its own
   */
  async start(queue: 'postgres' | 'redis', preloads: readonly string[] = []): Promise<void> {
    const { dataDirectory } = this.options;
    const { source, cdx, redis } = this.proxies;
    const ways: Ways = {
      dataDirectory,
      sourcePort: source.port,
      cdxPort: cdx.port,
      redisPort: queue === 'redis' ? redis.port : undefined,
    };
    const imports = preloads.flatMap((module) => ['--import', module]);
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [...imports, program, JSON.stringify(ways)], {
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => {
        resolve();
      });
      child.once('exit', () => {
        reject(new Error(`the worker did not start, see ${this.logFile}`));
      });
    });
    child.stdout?.resume();
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await ended(child);
  }

  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  async end(): Promise<void> {
    await this.kill();
    await Promise.all(Object.values(this.proxies).map((proxy: FaultProxy) => proxy.close()));
  }
}
