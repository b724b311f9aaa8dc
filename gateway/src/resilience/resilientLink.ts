/** What stands between the gateway and a subgraph, wherever it runs: patience, slots, breaker and retries. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '@metatron/platform/log';
import type { ExecutionResult } from 'graphql';

import type { Metrics } from '../metrics.ts';
import type { LinkRequest, SubgraphLink } from '../subgraphSource.ts';

import { openBreaker, type Breaker } from './breaker.ts';
import { Deadline } from './deadline.ts';
import { isFailure, SubgraphFailure } from './failure.ts';
import { Patience, type FetchKind } from './patience.ts';
import { pauseBefore, RetryBudget } from './retries.ts';
import { RESILIENCE, type ResilienceSettings } from './settings.ts';
import { Slots } from './slots.ts';
import { figuresOf, type SubgraphFigures } from './subgraphFigures.ts';

export interface ResilienceOptions {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly settings?: ResilienceSettings;
}

/** The planner's and the gateway's own operations begin with their kind. */
function kindOf({ query, caller }: LinkRequest): FetchKind {
  if (query.startsWith('mutation')) return 'mutation';
  return caller.identity.kind === 'platform' ? 'own' : 'query';
}

const outcomeOf = (error: unknown): string => (error instanceof SubgraphFailure ? error.kind : 'failed');

class Resilience {
  private readonly link: SubgraphLink;
  private readonly settings: ResilienceSettings;
  private readonly figures: SubgraphFigures;
  private readonly patience: Patience;
  private readonly slots: Slots;
  private readonly budget: RetryBudget;
  private readonly breaker: Breaker;

  constructor(link: SubgraphLink, { metrics, log, settings = RESILIENCE }: ResilienceOptions) {
    this.link = link;
    this.settings = settings;
    this.figures = figuresOf(metrics, link.domain);
    this.patience = new Patience(settings.patience);
    this.slots = new Slots(settings.slots);
    this.budget = new RetryBudget(settings.retries);
    this.breaker = openBreaker(settings.breaker, (state) => {
      this.figures.breaker(state);
      log.warn({ subgraph: link.domain, breaker: state }, 'the breaker of a subgraph has another state');
    });
  }

  readonly execute = async (request: LinkRequest): Promise<ExecutionResult> => {
    const startedAt = performance.now();
    try {
      const result = await this.fetch(request, startedAt);
      this.patience.noteAnswer();
      this.figures.ended('answered', performance.now() - startedAt);
      return result;
    } catch (error) {
      if (isFailure(error, 'late')) this.patience.noteLate(performance.now());
      this.figures.ended(outcomeOf(error), performance.now() - startedAt);
      throw error;
    }
  };

  private async fetch(request: LinkRequest, now: number): Promise<ExecutionResult> {
    this.breaker.check();
    const kind = kindOf(request);
    const deadline = this.deadlineOf(kind, request, now);
    try {
      const entering = this.slots.enter(deadline);
      if (entering !== undefined) await this.queued(entering);
      return await this.attempts(request, kind, deadline);
    } finally {
      deadline.clear();
    }
  }

  /** A mutation that has begun is cut by nobody's impatience: what it did would not be known. */
  private deadlineOf(kind: FetchKind, { deadlineAt = Infinity, signal }: LinkRequest, now: number): Deadline {
    const left = deadlineAt - now;
    if (left <= 0) throw new SubgraphFailure('expired');
    const patience = this.patience.for(kind, now);
    if (kind === 'mutation') return new Deadline(patience, 'late', undefined);
    return left < patience ? new Deadline(left, 'expired', signal) : new Deadline(patience, 'late', signal);
  }

  private async queued(entering: Promise<void>): Promise<void> {
    this.figures.queued(this.slots.queued);
    try {
      await entering;
    } finally {
      this.figures.queued(this.slots.queued);
    }
  }

  private async attempts(request: LinkRequest, kind: FetchKind, deadline: Deadline): Promise<ExecutionResult> {
    this.budget.pay();
    const startedAt = performance.now();
    let work: Promise<unknown> = Promise.resolve();
    const sent: LinkRequest = {
      ...request,
      deadlineAt: deadline.at,
      get signal() {
        return deadline.signal;
      },
    };
    const fetch = (): Promise<ExecutionResult> => {
      const result = this.link.execute(sent);
      work = result;
      return deadline.race(result);
    };
    // A subgraph of this process goes on when nobody waits any more: its slot is free when its work has ended.
    const leave = (): void => this.slots.leave(performance.now() - startedAt);
    try {
      return await this.repeated(() => this.breaker.run(fetch), kind, deadline);
    } finally {
      work.then(leave, leave);
    }
  }

  private async repeated<T>(fetch: () => Promise<T>, kind: FetchKind, deadline: Deadline): Promise<T> {
    for (let retry = 1; ; retry += 1) {
      try {
        return await fetch();
      } catch (error) {
        const pause = pauseBefore(retry, this.settings.retries);
        const isInTime = performance.now() + pause < deadline.at;
        if (!isInTime || !this.mayRetry(error, kind, retry)) throw error;
        this.figures.retried();
        await deadline.race(sleep(pause));
      }
    }
  }

  private mayRetry(error: unknown, kind: FetchKind, retry: number): boolean {
    if (kind === 'mutation' || retry > this.settings.retries.most) return false;
    return isFailure(error, 'unreached') && this.budget.take();
  }
}

/** The same subgraph, asked with care. */
export function resilientLink(link: SubgraphLink, options: ResilienceOptions): SubgraphLink {
  const { execute } = new Resilience(link, options);
  return { ...link, execute };
}

export const resilientLinks = (
  links: ReadonlyMap<string, SubgraphLink>,
  options: ResilienceOptions,
): ReadonlyMap<string, SubgraphLink> => new Map([...links].map(([name, link]) => [name, resilientLink(link, options)]));
