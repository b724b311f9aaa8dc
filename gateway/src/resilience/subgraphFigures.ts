import type { Metrics } from '../metrics.ts';

import type { BreakerState } from './breaker.ts';

const LEVELS: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** One subgraph's part of the metrics. */
export interface SubgraphFigures {
  /** A fetch that began so long ago is over. */
  ended(outcome: string, milliseconds: number): void;
  retried(): void;
  breaker(state: BreakerState): void;
  queued(length: number): void;
}

/** Looks each series up once, since a fetch has little time. */
export function figuresOf(metrics: Metrics, subgraph: string): SubgraphFigures {
  const seconds = metrics.subgraphSeconds.labels(subgraph);
  const answered = metrics.subgraphFetches.labels(subgraph, 'answered');
  const retries = metrics.subgraphRetries.labels(subgraph);
  const state = metrics.subgraphBreaker.labels(subgraph);
  const queue = metrics.subgraphQueue.labels(subgraph);
  state.set(LEVELS.closed);
  queue.set(0);
  return {
    ended(outcome, milliseconds) {
      seconds.observe(milliseconds / 1000);
      if (outcome === 'answered') answered.inc();
      else metrics.subgraphFetches.inc({ subgraph, outcome });
    },
    retried: () => retries.inc(),
    breaker: (to) => state.set(LEVELS[to]),
    queued: (length) => queue.set(length),
  };
}
