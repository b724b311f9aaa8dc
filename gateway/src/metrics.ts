import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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
  readonly shared = new Counter({
    name: 'metatron_shared_requests_total',
    help: 'Queries that were answered along with an identical one under way.',
    registers: [this.registry],
  });
  readonly fallbacks = new Counter({
    name: 'metatron_executor_fallbacks_total',
    help: 'Operations that the own executor left to the one of Apollo, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  readonly supergraphs = new Counter({
    name: 'metatron_supergraphs_total',
    help: 'Supergraphs that came while the gateway ran, by whether they are used or refused.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly throttled = new Counter({
    name: 'metatron_throttled_total',
    help: 'Requests that were refused as too many, by what was counted.',
    labelNames: ['by'],
    registers: [this.registry],
  });
  readonly overloaded = new Counter({
    name: 'metatron_overloaded_total',
    help: 'Requests that were refused since the gateway has too much to do: after waiting for their turn, or with too many under way.',
    labelNames: ['by'],
    registers: [this.registry],
  });
  readonly underWay = new Gauge({
    name: 'metatron_requests_under_way',
    help: 'GraphQL requests that were read and not answered yet.',
    registers: [this.registry],
  });
  readonly subgraphSeconds = new Histogram({
    name: 'metatron_subgraph_seconds',
    help: 'Time until a subgraph has answered a fetch, or is given up.',
    labelNames: ['subgraph'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly subgraphFetches = new Counter({
    name: 'metatron_subgraph_fetches_total',
    help: 'Fetches of subgraphs by outcome: answered, or why they were not.',
    labelNames: ['subgraph', 'outcome'],
    registers: [this.registry],
  });
  readonly subgraphRetries = new Counter({
    name: 'metatron_subgraph_retries_total',
    help: 'Queries that a subgraph was asked once more.',
    labelNames: ['subgraph'],
    registers: [this.registry],
  });
  readonly subgraphBreaker = new Gauge({
    name: 'metatron_subgraph_breaker_state',
    help: 'Whether a subgraph is asked: 0 always, 1 one fetch to try, 2 not at all.',
    labelNames: ['subgraph'],
    registers: [this.registry],
  });
  readonly subgraphQueue = new Gauge({
    name: 'metatron_subgraph_queue_length',
    help: 'Fetches that wait for an earlier one of their subgraph to end.',
    labelNames: ['subgraph'],
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
