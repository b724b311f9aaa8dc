/** The way of a request through the gateway: named stages in one order, each timed, refusals told in one place. */
import { PublicError } from '@metatron/platform/errors';
import type { Logger } from '@metatron/platform/log';

import { refused, type Answer } from './answer.ts';
import { complete } from './complete.ts';
import { Flights } from './flights.ts';
import type { Arrival } from './flow.ts';
import type { Graph } from './graph.ts';
import { identify } from './identify.ts';
import { limit } from './limit.ts';
import { loadGraph, type GraphSource, type PipelineOptions } from './loadGraph.ts';
import { PersistedQueries } from './persistedQueries.ts';
import { serialise } from './serialise.ts';
import { StageClock, stageTimesOf } from './stageClock.ts';
import { warm } from './warm.ts';

export interface Pipeline {
  /** Leads a request through all stages. Never rejects: what goes wrong is an answer too. */
  answer(arrival: Arrival): Promise<Answer>;
  /**
   * Puts another version of the supergraph in the place of the one before. Requests under way end by the version that
   * they began with; those that come are answered by the new one, which has planned what is in use.
   * @returns how many operations it has planned.
   * @throws what is wrong with it; then the one before stays.
   */
  replace(source: GraphSource): Promise<number>;
  stop(): Promise<void>;
}

interface Way {
  readonly graph: Graph;
  readonly persisted: PersistedQueries;
  readonly flights: Flights;
  readonly clock: StageClock;
  readonly log: Logger;
}

/** The stages in their order: each takes what the one before has made. */
async function run(arrival: Arrival, { graph, persisted, flights, clock, log }: Way): Promise<Answer> {
  const received = { arrival, asked: await arrival.receive() };
  clock.lap('receive');
  const identified = await identify(received);
  clock.lap('identify');
  // Whoever asks too often has been refused with that, before their text is looked at.
  const { parser, authoriser, planner, execution } = graph;
  const parsed = await persisted.parse(identified, parser);
  clock.lap('parse');
  const limited = limit(parsed);
  clock.lap('limit');
  const authorised = authoriser.authorise(limited);
  clock.lap('authorise');
  const planned = planner.plan(authorised);
  clock.lap('plan');
  const executed = await flights.share(planned, (own) => execution.execute(own));
  clock.lap('execute');
  const completed = complete(executed);
  clock.lap('complete');
  const answer = serialise(completed, log);
  clock.lap('serialise');
  return answer;
}

function refuse(error: unknown, requestId: string, log: Logger): Answer {
  if (!(error instanceof PublicError)) {
    const { message, stack } = error as Error;
    log.error({ requestId, reason: message, frames: stack?.split('\n').slice(1, 6) }, 'a request failed');
  }
  return refused(error, requestId);
}

/** Loads the supergraph and opens the way through it. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { metrics, log } = options;
  const times = stageTimesOf(metrics);
  let loaded = await loadGraph(options);
  const persisted = new PersistedQueries(options.queries);
  const flights = new Flights(() => metrics.shared.inc());
  return {
    async answer(arrival) {
      const clock = new StageClock(times, arrival.startedAt);
      const answer = await run(arrival, { graph: loaded.graph, persisted, flights, clock, log }).catch(
        (error: unknown) => refuse(error, arrival.requestId, log),
      );
      metrics.requests.inc({ outcome: answer.outcome });
      metrics.seconds.observe((performance.now() - arrival.startedAt) / 1000);
      return answer;
    },
    async replace(source) {
      const next = await loadGraph({ ...options, ...source });
      const ready = await warm(next.graph, loaded.graph);
      const previous = loaded;
      loaded = next;
      await previous.stop();
      return ready;
    },
    stop: () => loaded.stop(),
  };
}
