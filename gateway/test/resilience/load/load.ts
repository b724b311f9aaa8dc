/** Asks at a rate that waits for no answer, while one service after the other fails, and has every answer judged. */
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { Pool } from 'undici';

import { readSupergraph } from '../../../src/supergraph.ts';

import { Bed } from '../../fuzz/bed.ts';
import { Random } from '../../fuzz/random.ts';

import { episodesOf, type Episode } from './episodes.ts';
import { Judge, type Judged } from './judge.ts';
import { operations, type Operation } from './operations.ts';
import { Oracle } from './oracle.ts';
import { LoadedPlatform, type Answered } from './platform.ts';

export interface LoadOptions {
  readonly seed: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

export interface Loaded extends Judged {
  readonly episodes: readonly Episode[];
  readonly gatewayMemoryMb: number;
  /** What the run had of the machine, which it shares: of one core, and what else waited for one. */
  readonly machine: {
    readonly gatewayCpu: number;
    readonly generatorCpu: number;
    /** By how much the requests were late themselves. */
    readonly generatorLagP99Ms: number;
    readonly load: number;
  };
}

/** More than are under way at once while a service is late: none waits here for another. */
const CONNECTIONS = 1_024;
const WAVE = 64;
const WARM_ROUNDS = 40;
const CPU = 'process_cpu_seconds_total';

const rounded = (value: number): number => Math.round(value * 100) / 100;

class Run {
  private readonly episodes: readonly Episode[];
  private readonly options: LoadOptions;
  private readonly platform: LoadedPlatform;
  private readonly judge: Judge;
  private readonly pool: Pool;
  private readonly random: Random;
  private beganAt = 0;

  constructor(options: LoadOptions, platform: LoadedPlatform, oracle: Oracle) {
    this.options = options;
    this.platform = platform;
    this.episodes = episodesOf(options.seed, options.seconds * 1000);
    this.judge = new Judge(oracle, this.episodes);
    this.random = new Random(options.seed + 1);
    this.pool = new Pool(platform.url, { connections: CONNECTIONS });
  }

  /** A gateway that has just begun plans, and is slow for a moment. */
  async warm(): Promise<void> {
    for (let round = 0; round < WARM_ROUNDS; round += 1)
      await Promise.all(operations.map((operation) => this.send(operation, round, `load-warm-up-${String(round)}`)));
    await this.connect();
  }

  /** Opens the connections, some at a time: how many a server takes in a moment is not what is looked at. */
  private async connect(): Promise<void> {
    const idle = { text: '{ __typename }', variables: {}, name: '' };
    for (let count = WAVE; count <= CONNECTIONS; count += WAVE)
      await Promise.all(Array.from({ length: count }, (_, nth) => this.send(idle, nth, `load-warm-up-${String(nth)}`)));
  }

  async run(): Promise<Loaded> {
    const [gatewayBefore, before] = [await this.platform.figure(CPU), process.cpuUsage()];
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    this.beganAt = performance.now();
    await Promise.all([this.sendAll(), ...this.episodes.map((episode) => this.cause(episode))]);
    lag.disable();
    const seconds = this.now() / 1000;
    const { user, system } = process.cpuUsage(before);
    const machine = {
      gatewayCpu: rounded(((await this.platform.figure(CPU)) - gatewayBefore) / seconds),
      generatorCpu: rounded((user + system) / 1e6 / seconds),
      generatorLagP99Ms: rounded(lag.percentile(99) / 1e6),
      load: rounded(loadavg()[0] ?? 0),
    };
    await this.pool.close();
    this.judge.compare(await this.platform.mutations());
    const memory = await this.platform.figure('process_resident_memory_bytes');
    const gatewayMemoryMb = Math.round(memory / 2 ** 20);
    return { ...this.judge.judged(), episodes: this.episodes, gatewayMemoryMb, machine };
  }

  private now(): number {
    return performance.now() - this.beganAt;
  }

  private async sendAll(): Promise<void> {
    const sending: Promise<void>[] = [];
    const { rate, seconds } = this.options;
    for (let nth = 0; nth < rate * seconds; nth += 1) {
      const due = (nth * 1000) / rate - this.now();
      if (due > 0) await sleep(due);
      sending.push(this.ask(nth));
    }
    await Promise.all(sending);
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
      const answer = await this.send(sent.operation, nth, sent.id);
      this.judge.answered(sent, this.now(), answer);
    } catch (error) {
      this.judge.unanswered(sent, error);
    }
  }

  private send({ text: query, variables }: Operation, nth: number, id: string): Promise<Answered> {
    return this.platform.ask(this.pool, { query, variables, nth, id });
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

/** What of the requests was not answered whole though nothing failed: the gateway or a service was too busy. */
export const shareLeftOut = ({ requests, strained, refused }: Judged): number => (strained + refused) / requests;
