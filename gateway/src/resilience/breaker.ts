/** Cockatiel's circuit breaker for one subgraph: one that fails is left alone for a moment, and then asked once. */
import { BrokenCircuitError, circuitBreaker, CircuitState, handleWhen, SamplingBreaker } from 'cockatiel';

import { isFailure, isFault, SubgraphFailure } from './failure.ts';
import type { ResilienceSettings } from './settings.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

export interface Breaker {
  readonly state: BreakerState;
  /** Runs a fetch, unless the subgraph is left alone. @throws SubgraphFailure open, or what the fetch throws */
  run<T>(fetch: () => Promise<T>): Promise<T>;
  /** @throws SubgraphFailure open, when `run` would not run now */
  check(): void;
}

export function openBreaker(
  { share, windowMs, perSecond, pauseMs }: ResilienceSettings['breaker'],
  onChange: (state: BreakerState) => void,
): Breaker {
  const sampling = new SamplingBreaker({ threshold: share, duration: windowMs, minimumRps: perSecond });
  let triesAgainAt = 0;
  const policy = circuitBreaker(
    // A try that was broken off has shown nothing: only an answer closes the breaker again.
    handleWhen((error) => isFault(error) || (policy.state === CircuitState.HalfOpen && isFailure(error, 'abandoned'))),
    { halfOpenAfter: pauseMs, breaker: sampling },
  );
  policy.onStateChange((state) => {
    if (state === CircuitState.Open) triesAgainAt = performance.now() + pauseMs;
    onChange(STATES[state]);
  });
  const check = (): void => {
    const { state } = policy;
    if (state === CircuitState.Closed) return;
    if (state === CircuitState.Open && performance.now() >= triesAgainAt) return;
    throw new SubgraphFailure('open');
  };
  return {
    get state() {
      return STATES[policy.state];
    },
    check,
    async run(fetch) {
      // While the one try is under way, the library would let the others wait for its end.
      check();
      try {
        return await policy.execute(fetch);
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new SubgraphFailure('open') : error;
      }
    },
  };
}
