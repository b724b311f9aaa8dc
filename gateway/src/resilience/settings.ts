/** How much patience the gateway has with its subgraphs. */

export interface ResilienceSettings {
  /** For one fetch, in milliseconds, waiting and retries included. */
  readonly patience: {
    readonly query: number;
    readonly mutation: number;
    /** The gateway's own questions, which stand before a request. */
    readonly own: number;
    /** Queries to a subgraph that was late a moment ago and has not answered since. */
    readonly afterLate: number;
  };
  readonly retries: {
    readonly most: number;
    /** Of the first pause, in milliseconds; each further one may be twice as long. */
    readonly pause: number;
    /** How many retries each fetch pays for, and how many may be saved up. */
    readonly perFetch: number;
    readonly saved: number;
  };
  readonly breaker: {
    /** Opens when this share of the fetches of the window failed, and so many came each second. */
    readonly share: number;
    readonly windowMs: number;
    readonly perSecond: number;
    /** When one fetch may try again. */
    readonly pauseMs: number;
  };
  readonly slots: {
    /** Fetches of one subgraph that run, and that wait for one to end. */
    readonly running: number;
    readonly waiting: number;
  };
}

export const RESILIENCE: ResilienceSettings = {
  patience: {
    // A slow subgraph's fields are null within 3 s, and the gateway needs a moment itself.
    query: 2_200,
    // A verb waits 5 s for its transaction, which lives 10 s, and its last statement may begin at the end of them and
    // take 10 s (platform/src/verb/verb.ts, database/pools.ts): whoever is cut sooner does not know what was done.
    mutation: 26_000,
    own: 1_000,
    // What is asked next in the same request, or after an `own` question, still fits into the 3 s.
    afterLate: 700,
  },
  // A fifth more load on a subgraph that is in trouble, at most; some are saved for a restart on a quiet day.
  retries: { most: 2, pause: 50, perFetch: 0.2, saved: 10 },
  // Ten failures in ten seconds, so that one person's slow query does not close a service to everybody.
  breaker: { share: 0.5, windowMs: 10_000, perSecond: 1, pauseMs: 1_000 },
  // A service's main pool has 20 connections; what waits longer than its patience is not let in at all.
  slots: { running: 128, waiting: 1_024 },
};

/** For a whole request, in milliseconds: nothing is asked of a subgraph any more after it. */
const REQUEST = { query: 10_000, mutation: 30_000 } as const;

/** Until when a request's subgraphs are asked, on the clock of `performance.now()`. */
export const deadlineOf = (kind: keyof typeof REQUEST, startedAt: number): number => startedAt + REQUEST[kind];
