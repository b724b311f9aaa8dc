/** Looks at every answer of the load: what is wrong or too late is found, what is missing is counted by its reason. */
import { deadlineOf } from '../../../src/resilience/settings.ts';

import { faultyDuring, type Episode } from './episodes.ts';
import type { Operation } from './operations.ts';
import type { Oracle } from './oracle.ts';
import type { Answered } from './platform.ts';

export interface Judged {
  readonly requests: number;
  readonly complete: number;
  /** Whole, but for null fields of the service that failed, with an error that says so. */
  readonly degraded: number;
  /** The same, of services that did not fail: they were too busy. */
  readonly strained: number;
  /** Refused as a whole by the gateway, before anything of them has run: it had too much to do. */
  readonly refused: number;
  /** Each as a sentence: a wrong answer, one that came too late, a change that came twice. */
  readonly found: readonly string[];
  /** That took longer than one slow service may cost: more was asked of the machine than it has. */
  readonly slow: number;
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly most: number };
}

export interface Sent {
  readonly id: string;
  readonly operation: Operation;
  /** In milliseconds from the beginning, as `endedAt`. */
  readonly sentAt: number;
}

/** What one slow service may cost (threat 12); on a machine in use it is counted, on any the deadline holds. */
const SLOW_MS = 3_000;
/** For what a machine in use adds to a deadline. */
const HASTE_MS = 500;
const MAX_FOUND = 20;

type Came = 'once' | 'never' | 'perhaps';

export class Judge {
  private readonly oracle: Oracle;
  private readonly episodes: readonly Episode[];
  private readonly times: number[] = [];
  /** The mutations, and how often they must have come by what was answered. */
  private readonly mutations = new Map<string, Came>();
  private readonly found: string[] = [];
  private slow = 0;
  private readonly counts = { complete: 0, degraded: 0, strained: 0, refused: 0, wrong: 0 };

  constructor(oracle: Oracle, episodes: readonly Episode[]) {
    [this.oracle, this.episodes] = [oracle, episodes];
  }

  answered(sent: Sent, endedAt: number, answer: Answered): void {
    const took = endedAt - sent.sentAt;
    this.times.push(took);
    if (took > SLOW_MS) this.slow += 1;
    const isMutation = sent.operation.text.startsWith('mutation');
    if (took > deadlineOf(isMutation ? 'mutation' : 'query', 0) + HASTE_MS)
      this.note(sent, `answered after ${String(Math.round(took))} ms`);
    const came = this.look(sent, endedAt, answer);
    if (isMutation) this.mutations.set(sent.id, came);
  }

  unanswered(sent: Sent, error: unknown): void {
    this.note(sent, `no answer: ${(error as Error).message}`);
  }

  /** A change is made once when it was answered so, and never twice. @param times how often each has come */
  compare(times: ReadonlyMap<string, number>): void {
    for (const [id, came] of this.mutations) {
      const count = times.get(id) ?? 0;
      const isRight = came === 'perhaps' ? count <= 1 : count === (came === 'once' ? 1 : 0);
      if (!isRight) this.found.push(`${id}: the mutation came ${String(count)} times, and was to come ${came}`);
    }
  }

  judged(): Judged {
    const times = this.times.toSorted((a, b) => a - b);
    const at = (share: number): number => Math.round((times[Math.floor((times.length - 1) * share)] ?? 0) * 10) / 10;
    const { wrong: _inFound, ...counts } = this.counts;
    const milliseconds = { p50: at(0.5), p99: at(0.99), most: at(1) };
    return { requests: times.length, ...counts, slow: this.slow, found: this.found, milliseconds };
  }

  private look(sent: Sent, endedAt: number, { status, text, retryAfter }: Answered): Came {
    if (status === 503) {
      this.counts.refused += 1;
      if (retryAfter === undefined || !text.includes('"SERVICE_UNAVAILABLE"') || text.includes('"data"'))
        this.note(sent, `refused without its reason: ${text}`);
      return 'never';
    }
    const faulty = faultyDuring(this.episodes, sent.sentAt, endedAt);
    const verdict = status === 200 ? this.oracle.judge(sent.operation, text, faulty) : 'wrong';
    this.counts[verdict] += 1;
    if (verdict === 'wrong') this.note(sent, `status ${String(status)}: ${text.slice(0, 2_000)}`);
    return verdict === 'complete' ? 'once' : 'perhaps';
  }

  private note({ operation, sentAt }: Sent, what: string): void {
    if (this.found.length < MAX_FOUND)
      this.found.push(`${operation.name}, at ${String(Math.round(sentAt))} ms: ${what}`);
  }
}
