/**
 * Identical queries that are under way at once are executed once. A mutation never is. What a service denies is then
 * noted once: all who wait are one person with the same credentials at one address, and what the gateway itself
 * denies has been noted for each of them before.
 */
import canonicalize from 'canonicalize';
import { OperationTypeNode, type OperationDefinitionNode } from 'graphql';

import type { Executed, Planned } from './flow.ts';

/** Whoever joins has less time than a request of their own would have: not much less. */
const MAX_AGE_MS = 1_000;

type Execute = (planned: Planned) => Promise<Executed>;

interface Flight {
  /**
   * Undefined when it has landed. A Map that V8 makes anew leaves its old table behind, which keeps what was in it, and
   * the next table, until the whole heap is looked through: what a flight held would be kept by a chain of those.
   */
  outcome: Promise<Executed['outcome']> | undefined;
  readonly startedAt: number;
  /** Aborts when all who wait for it are gone. */
  readonly departure: AbortController;
  waiting: number;
}

/** The text of variables in one order of their keys; undefined for what JSON has no text for. */
function textOf(variables: Planned['asked']['variables']): string | undefined {
  try {
    return canonicalize(variables);
  } catch {
    return undefined;
  }
}

/**
 * What must be equal besides the operation for one answer to serve two requests: the variables and everything that is
 * known of who asks. The parts are told apart by JSON itself, so that no two others give the same text.
 */
export function keyOf({ arrival, asked, context }: Pick<Planned, 'arrival' | 'asked' | 'context'>): string | undefined {
  const { identity, address, userAgent } = context.caller;
  const variables = textOf(asked.variables);
  if (variables === undefined) return undefined;
  return JSON.stringify([arrival.credentials, identity, address, userAgent, variables]);
}

export class Flights {
  /** By the operation as it was parsed: the same text and name are the same node. */
  private flights = new Map<OperationDefinitionNode, Map<string, Flight>>();
  private readonly onShared: () => void;

  constructor(onShared: () => void) {
    this.onShared = onShared;
  }

  /** Executes a request, or waits with those who have asked the same. */
  async share(planned: Planned, execute: Execute): Promise<Executed> {
    if (planned.operation.operation === OperationTypeNode.MUTATION) return this.alone(planned, execute);
    const key = planned.context.explanation === undefined ? keyOf(planned) : undefined;
    if (key === undefined) return execute(planned);
    const known = this.flights.get(planned.operation)?.get(key);
    const isYoung = known !== undefined && performance.now() - known.startedAt < MAX_AGE_MS;
    if (isYoung) this.onShared();
    const flight = isYoung ? known : this.start(planned, key, execute);
    const { outcome } = flight;
    this.wait(flight, planned.context.signal);
    return { ...planned, outcome: await outcome };
  }

  /** What was asked before a mutation may not know of it: nobody who asks after it joins that. */
  private async alone(planned: Planned, execute: Execute): Promise<Executed> {
    try {
      return await execute(planned);
    } finally {
      this.flights = new Map();
    }
  }

  private start(planned: Planned, key: string, execute: Execute): Flight {
    const departure = new AbortController();
    const context = { ...planned.context, signal: departure.signal };
    const outcome = execute({ ...planned, context }).then((executed) => executed.outcome);
    const flight: Flight = { outcome, startedAt: performance.now(), departure, waiting: 0 };
    const { flights } = this;
    const byKey = flights.get(planned.operation) ?? new Map<string, Flight>();
    flights.set(planned.operation, byKey.set(key, flight));
    const land = (): void => {
      flight.outcome = undefined;
      if (byKey.get(key) !== flight) return;
      byKey.delete(key);
      if (byKey.size === 0) flights.delete(planned.operation);
    };
    departure.signal.addEventListener('abort', land, { once: true });
    outcome.then(land, land);
    return flight;
  }

  /** One who goes leaves it to the others; the last one ends it. */
  private wait(flight: Flight, signal: AbortSignal): void {
    flight.waiting += 1;
    const leave = (): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.departure.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }
}
