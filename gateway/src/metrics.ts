import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** The process's figures in Prometheus' text format. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'metatron_requests_total',
    help: 'GraphQL requests by outcome.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: 'metatron_request_seconds',
    help: 'Time to answer a GraphQL request.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  readonly fallbacks = new Counter({
    name: 'metatron_executor_fallbacks_total',
    help: 'Operations that the own executor left to the one of Apollo, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  /** By stage of a request. */
  readonly stageSeconds = new Histogram({
    name: 'metatron_stage_seconds',
    help: 'Time that a GraphQL request spends in each stage.',
    labelNames: ['stage'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
