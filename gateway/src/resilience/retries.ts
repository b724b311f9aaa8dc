import type { ResilienceSettings } from './settings.ts';

type RetrySettings = ResilienceSettings['retries'];

/** What a subgraph's fetches have paid for retries: an outage is not made worse by those who try again. */
export class RetryBudget {
  private readonly settings: RetrySettings;
  private tokens: number;

  constructor(settings: RetrySettings) {
    this.settings = settings;
    this.tokens = settings.saved;
  }

  /** For each fetch, before it is sent. */
  pay(): void {
    this.tokens = Math.min(this.settings.saved, this.tokens + this.settings.perFetch);
  }

  /** Whether one more may be tried. */
  take(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** A pause of any length up to a limit that doubles, so that those who failed together do not come back together. */
export const pauseBefore = (retry: number, { pause }: RetrySettings): number =>
  Math.random() * pause * 2 ** (retry - 1);
