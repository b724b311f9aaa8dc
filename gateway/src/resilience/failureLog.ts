import type { Logger } from '@metatron/platform/log';

const EVERY_MS = 1_000;

/** Tells the log that a subgraph fails, at most once a second: one that is down fails for everybody. */
export class FailureLog {
  private readonly log: Logger;
  private readonly subgraph: string;
  private toldAt = -Infinity;
  private untold = 0;

  constructor(log: Logger, subgraph: string) {
    this.log = log;
    this.subgraph = subgraph;
  }

  note(requestId: string, error: unknown): void {
    const now = performance.now();
    if (now - this.toldAt < EVERY_MS) {
      this.untold += 1;
      return;
    }
    const { subgraph, untold } = this;
    const { message: reason } = error as Error;
    this.log.warn(
      { requestId, subgraph, kind: (error as { kind?: unknown }).kind, reason, untold },
      'a subgraph failed',
    );
    [this.toldAt, this.untold] = [now, 0];
  }
}
