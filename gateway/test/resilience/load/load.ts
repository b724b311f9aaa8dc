/** Asks at a rate that waits for no answer, while one service after the other fails, and judges every answer. */
import { setTimeout as sleep } from 'node:timers/promises';

import { readSupergraph } from '../../../src/supergraph.ts';
import { Pool } from 'undici';

import { Bed } from '../../fuzz/bed.ts';
import { Random } from '../../fuzz/random.ts';

import { episodesOf, faultyDuring, type Episode } from './episodes.ts';
import { operations, type Operation } from './operations.ts';
import { Oracle } from './oracle.ts';
import { LoadedPlatform } from './platform.ts';

export interface LoadOptions {
  readonly seed: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

export interface Loaded {
  readonly requests: number;
  readonly complete: number;
  /** Whole, but for null fields of the service that failed, with an error that says so. */
  readonly degraded: number;
  /** Each as a sentence: a wrong answer, one that came too late, a change that came twice. */
  readonly found: readonly string[];
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly most: number };
  readonly episodes: readonly Episode[];
  readonly gatewayMemoryMb: number;
  /** Of one core. */
  readonly gatewayCpu: number;
}

/** One service that is slow costs three seconds (threat 12); the rest is the machine's own haste. */
const LATEST_MS = 4_000;
const MAX_FOUND = 20;
const CONNECTIONS = 512;
const WARM_ROUNDS = 40;
const CPU = 'process_cpu_seconds_total';

interface Sent {
  readonly id: string;
  readonly operation: Operation;
  readonly sentAt: number;
}

class Run {
  readonly episodes: readonly Episode[];
  private readonly options: LoadOptions;
  private readonly platform: LoadedPlatform;
  private readonly oracle: Oracle;
  private readonly pool: Pool;
  private readonly random: Random;
  private beganAt = 0;
  private readonly times: number[] = [];
  /** The mutations that were answered, and whether with an error. */
  private readonly mutations = new Map<string, boolean>();
  private readonly found: string[] = [];
  private readonly counts = { complete: 0, degraded: 0, wrong: 0 };

  constructor(options: LoadOptions, platform: LoadedPlatform, oracle: Oracle) {
    this.options = options;
    this.platform = platform;
    this.oracle = oracle;
    this.episodes = episodesOf(options.seed, options.seconds * 1000);
    this.random = new Random(options.seed + 1);
    this.pool = new Pool(platform.url, { connections: CONNECTIONS });
  }

  /** A gateway that has just begun plans, and is slow for a moment. */
  async warm(): Promise<void> {
    for (let round = 0; round < WARM_ROUNDS; round += 1)
      await Promise.all(operations.map((operation) => this.send(operation, `load-warm-up-${String(round)}`)));
  }

  async run(): Promise<Loaded> {
    const cpuBefore = await this.platform.figure(CPU);
    this.beganAt = performance.now();
    const faults = Promise.all(this.episodes.map((episode) => this.cause(episode)));
    const sending: Promise<void>[] = [];
    const { rate, seconds } = this.options;
    for (let nth = 0; nth < rate * seconds; nth += 1) {
      const due = (nth * 1000) / rate - this.now();
      if (due > 0) await sleep(due);
      sending.push(this.ask(nth));
    }
    await Promise.all([...sending, faults]);
    const cpuSeconds = (await this.platform.figure(CPU)) - cpuBefore;
    const gatewayCpu = Math.round((cpuSeconds * 100_000) / this.now()) / 100;
    await this.pool.close();
    await this.lookForRepetitions();
    return { ...(await this.loaded()), gatewayCpu };
  }

  private now(): number {
    return performance.now() - this.beganAt;
  }

  private async cause({ domain, fault, from, to }: Episode): Promise<void> {
    await sleep(from);
    this.platform.tell({ domain, fault });
    await sleep(to - from);
    this.platform.tell({ domain, fault: undefined });
  }

  private async ask(nth: number): Promise<void> {
    const sent = { id: `load-request-${String(nth)}`, operation: this.random.pick(operations), sentAt: this.now() };
    try {
      const { status, text } = await this.send(sent.operation, sent.id);
      this.judge(sent, status, text);
    } catch (error) {
      this.note(sent, `no answer: ${(error as Error).message}`);
    }
  }

  private async send({ text: query, variables }: Operation, id: string): Promise<{ status: number; text: string }> {
    const authorization = `Bearer ${this.platform.token}`;
    const headers = { 'content-type': 'application/json', authorization, 'x-request-id': id };
    const body = JSON.stringify({ query, variables });
    const answer = await this.pool.request({ method: 'POST', path: '/graphql', headers, body });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  private judge(sent: Sent, status: number, text: string): void {
    const { id, operation, sentAt } = sent;
    const endedAt = this.now();
    this.times.push(endedAt - sentAt);
    const verdict = this.oracle.judge(operation, text, faultyDuring(this.episodes, sentAt, endedAt));
    this.counts[verdict] += 1;
    if (status !== 200 || verdict === 'wrong') this.note(sent, `status ${String(status)}: ${text.slice(0, 2_000)}`);
    if (endedAt - sentAt > LATEST_MS) this.note(sent, `answered after ${String(Math.round(endedAt - sentAt))} ms`);
    if (operation.text.startsWith('mutation')) this.mutations.set(id, text.includes('"errors"'));
  }

  /** A change is made once when it was answered so, and never twice. */
  private async lookForRepetitions(): Promise<void> {
    const times = await this.platform.mutations();
    for (const [id, isFailed] of this.mutations) {
      const came = times.get(id) ?? 0;
      if (came > 1 || (came === 0 && !isFailed)) this.found.push(`${id}: the mutation came ${String(came)} times`);
    }
  }

  private note({ operation, sentAt }: Sent, what: string): void {
    if (this.found.length < MAX_FOUND)
      this.found.push(`${operation.name}, at ${String(Math.round(sentAt))} ms: ${what}`);
  }

  private async loaded(): Promise<Omit<Loaded, 'gatewayCpu'>> {
    const times = this.times.toSorted((a, b) => a - b);
    const at = (share: number): number => Math.round((times[Math.floor((times.length - 1) * share)] ?? 0) * 10) / 10;
    const { complete, degraded } = this.counts;
    const memory = await this.platform.figure('process_resident_memory_bytes');
    return {
      requests: times.length,
      complete,
      degraded,
      found: this.found,
      milliseconds: { p50: at(0.5), p99: at(0.99), most: at(1) },
      episodes: this.episodes,
      gatewayMemoryMb: Math.round(memory / 2 ** 20),
    };
  }
}

export async function load(options: LoadOptions): Promise<Loaded> {
  const oracle = await Oracle.over(new Bed(readSupergraph().sdl));
  const platform = await LoadedPlatform.start();
  try {
    const run = new Run(options, platform, oracle);
    await run.warm();
    return await run.run();
  } finally {
    await platform.stop();
  }
}
