import type { Deadline } from './deadline.ts';
import { SubgraphFailure } from './failure.ts';
import type { ResilienceSettings } from './settings.ts';

/** How much of what is known of a fetch's length the latest one decides. */
const LATEST = 0.1;

/** How many fetches of a subgraph run at once; some more wait, unless they would wait for nothing. */
export class Slots {
  private readonly settings: ResilienceSettings['slots'];
  private readonly waiting = new Set<() => void>();
  private running = 0;
  private usualMs = 0;

  constructor(settings: ResilienceSettings['slots']) {
    this.settings = settings;
  }

  get queued(): number {
    return this.waiting.size;
  }

  /** Takes a slot: at once, or when the promise resolves. @throws SubgraphFailure busy, or what cuts the fetch */
  enter(deadline: Deadline): Promise<void> | undefined {
    if (this.running < this.settings.running) {
      this.running += 1;
      return undefined;
    }
    if (this.isTooLate(deadline)) throw new SubgraphFailure('busy');
    return this.wait(deadline);
  }

  /** Gives a slot back, to the one that has waited the longest. */
  leave(tookMs: number): void {
    this.usualMs += LATEST * (tookMs - this.usualMs);
    const [next] = this.waiting;
    if (next === undefined) this.running -= 1;
    else next();
  }

  private isTooLate({ at }: Deadline): boolean {
    const ahead = this.waiting.size + 1;
    if (ahead > this.settings.waiting) return true;
    return performance.now() + (ahead / this.settings.running) * this.usualMs > at;
  }

  private async wait(deadline: Deadline): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const take = (): void => {
      this.waiting.delete(take);
      resolve(undefined);
    };
    this.waiting.add(take);
    try {
      await deadline.race(promise);
    } catch (error) {
      // It may have got the slot in the same moment.
      if (!this.waiting.delete(take)) this.leave(this.usualMs);
      throw error;
    }
  }
}
