import { SubgraphFailure, type FailureKind } from './failure.ts';

/** What ends a fetch before its answer comes: its time, or that nobody waits for it any more. */
export class Deadline {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  private controller: AbortController | undefined;
  private readonly asker: AbortSignal | undefined;
  private readonly timer: NodeJS.Timeout;
  private lastLook: NodeJS.Immediate | undefined;
  private failure: SubgraphFailure | undefined;
  private reject: ((failure: SubgraphFailure) => void) | undefined;

  /**
   * @param kind what it is when the time is over
   * @param asker aborts when nobody waits any more
   */
  constructor(milliseconds: number, kind: FailureKind, asker: AbortSignal | undefined) {
    this.at = performance.now() + milliseconds;
    this.asker = asker;
    // A process that was busy sees its timers before the answers that have come meanwhile: those first.
    this.timer = setTimeout(() => (this.lastLook = setImmediate(() => this.cut(kind))), milliseconds);
    if (asker?.aborted === true) this.cut('abandoned');
    else asker?.addEventListener('abort', this.abandon);
  }

  /** Aborts with the fetch, for whoever works for it. Made when it is asked for: a subgraph of this process does not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.failure !== undefined) this.controller.abort(this.failure);
    return this.controller.signal;
  }

  /** As the work does, unless the fetch ends first. @throws SubgraphFailure */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(resolve, reject);
      if (this.failure === undefined) this.reject = reject;
      else reject(this.failure);
    });
  }

  /** To be called when the fetch is answered. */
  clear(): void {
    clearTimeout(this.timer);
    clearImmediate(this.lastLook);
    this.asker?.removeEventListener('abort', this.abandon);
  }

  private readonly abandon = (): void => this.cut('abandoned');

  private cut(kind: FailureKind): void {
    this.clear();
    this.failure = new SubgraphFailure(kind);
    this.reject?.(this.failure);
    this.controller?.abort(this.failure);
  }
}
