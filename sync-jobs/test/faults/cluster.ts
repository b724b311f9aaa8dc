/** A PostgreSQL of its own that is killed, started again and put back; whoever asks it does so through proxies. */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { startCluster, stopCluster, type EmbeddedCluster } from '@metatron/platform/database/embedded';

import { FaultProxy } from './proxy.ts';

const run = promisify(execFile);

/** Until its end has been noted it is listed, and PostgreSQL takes its lock for a living one's. */
const isListed = (pid: number): boolean => existsSync(`/proc/${String(pid)}`);

function childrenOf(pid: number): number[] {
  const file = `/proc/${String(pid)}/task/${String(pid)}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export class Cluster {
  readonly directory: string;
  login: EmbeddedCluster;
  private readonly proxies: FaultProxy[] = [];

  private constructor(directory: string, login: EmbeddedCluster) {
    this.directory = directory;
    this.login = login;
  }

  static async start(directory: string): Promise<Cluster> {
    const cluster = new Cluster(directory, await startCluster(directory));
    cluster.trustTheMachine();
    return cluster;
  }

  /** A way to it that stays where it is when the cluster moves to another port. */
  async openProxy(): Promise<FaultProxy> {
    const proxy = await FaultProxy.open(this.login.port);
    this.proxies.push(proxy);
    return proxy;
  }

  /** Kills the postmaster and all its processes at once: what was not flushed is lost. */
  async crash(): Promise<void> {
    const { postmaster } = this;
    if (postmaster === undefined) return;
    const processes = [postmaster, ...childrenOf(postmaster)];
    for (const pid of processes) kill(pid);
    while (processes.some(isListed)) await sleep(5);
  }

  /** Kills one session: the postmaster ends all others, and recovers by itself. */
  killSession(pid: number): void {
    const { postmaster } = this;
    if (postmaster !== undefined && childrenOf(postmaster).includes(pid)) kill(pid);
  }

  async start(): Promise<void> {
    this.login = await startCluster(this.directory);
    for (const proxy of this.proxies) proxy.moveTo(this.login.port);
  }

  /** Copies the files of the stopped cluster. */
  async backUp(): Promise<void> {
    await stopCluster(this.directory);
    rmSync(this.copy, { recursive: true, force: true });
    await run('cp', ['-a', '--reflink=auto', this.files, this.copy]);
    await this.start();
  }

  /** Puts the copied files in the place of those there are; the cluster is to be down. */
  restore(): void {
    rmSync(this.files, { recursive: true, force: true });
    renameSync(this.copy, this.files);
  }

  /** For good: its files are thrown away. */
  async end(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await this.crash();
  }

  /** Processes are killed here, the machine is not: what they wrote is kept without being forced to the disk. */
  private trustTheMachine(): void {
    // What nobody waits for is written late, so that a crash loses it more often.
    appendFileSync(join(this.files, 'postgresql.conf'), 'fsync = off\nwal_writer_delay = 10s\n');
    if (this.postmaster !== undefined) process.kill(this.postmaster, 'SIGHUP');
  }

  private get files(): string {
    return join(this.directory, 'postgres');
  }

  private get copy(): string {
    return join(this.directory, 'postgres.copy');
  }

  /** Undefined: it is down. */
  private get postmaster(): number | undefined {
    const file = join(this.files, 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
  }
}
