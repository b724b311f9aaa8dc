import type { Metrics } from '../metrics.ts';

/** The parts of a request's way that are timed. */
export type Stage =
  'receive' | 'identify' | 'parse' | 'limit' | 'authorise' | 'plan' | 'execute' | 'complete' | 'serialise';

/** Times the stages of one request. */
export class StageClock {
  private readonly metrics: Metrics;
  private readonly startedAt: number;
  private last: number;

  constructor(metrics: Metrics, startedAt: number) {
    this.metrics = metrics;
    this.startedAt = startedAt;
    this.last = startedAt;
  }

  /** A stage has ended, and the next begins. */
  lap(stage: Stage): void {
    const now = performance.now();
    this.metrics.stageSeconds.observe({ stage }, (now - this.last) / 1000);
    this.last = now;
  }

  end(): void {
    this.metrics.seconds.observe((performance.now() - this.startedAt) / 1000);
  }
}
