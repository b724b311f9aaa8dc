/** Who drains a source in this process, and for how long. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '@metatron/platform/log';

import { recordError } from './checkpoint.ts';
import { reasonOf } from './reason.ts';
import { Relay } from './relay.ts';
import type { Source } from './source.ts';

/** From the beginning of one step to that of the next. */
const BUSY_MS = 3;
const IDLE_MS = 50;
const RETRY_MS = { first: 50, last: 2_000 } as const;

export interface LeaseHealth {
  readonly held: boolean;
  /** The last step failed for this reason; the lease goes on trying. */
  readonly error: string | undefined;
  readonly completeThrough: string | undefined;
  readonly lagMs: number | undefined;
}

interface Holder {
  readonly leaving: AbortController;
  readonly done: Promise<void>;
}

/**
 * The leases of one source within a process. A lease that has had its time goes on until another
 * takes over, here or (seen by a lost batch) elsewhere: draining never waits for the queue, neither
 * between two leases nor while the queue is away.
 */
export class Leases {
  readonly source: Source;
  private readonly relay: Relay;
  private readonly log: Logger;
  private holder: Holder | undefined;
  private error: string | undefined;

  constructor(source: Source, log: Logger) {
    this.source = source;
    this.relay = new Relay(source);
    this.log = log.child({ source: source.name });
  }

  get health(): LeaseHealth {
    const { progress } = this.relay;
    return {
      held: this.holder !== undefined,
      error: this.error,
      completeThrough: progress?.completeThrough,
      lagMs: progress?.lagMs,
    };
  }

  /** Takes over from the holder in this process, if any, and drains; ends when relieved or stopped. */
  async hold(milliseconds: number, stopping: AbortSignal): Promise<void> {
    const previous = this.holder;
    const leaving = new AbortController();
    const leave = (): void => {
      leaving.abort();
    };
    stopping.addEventListener('abort', leave, { once: true });
    if (stopping.aborted) leave();
    const done = (async () => {
      previous?.leaving.abort();
      await previous?.done;
      await this.drain(Date.now() + milliseconds, leaving.signal);
    })();
    const holder = { leaving, done };
    this.holder = holder;
    await done;
    stopping.removeEventListener('abort', leave);
    if (this.holder === holder) this.holder = undefined;
  }

  get held(): boolean {
    return this.holder !== undefined;
  }

  /** Resolves when nobody here is draining any more. */
  async ended(): Promise<void> {
    await this.holder?.done;
  }

  private async drain(until: number, leaving: AbortSignal): Promise<void> {
    this.relay.forget();
    let wait: number = BUSY_MS;
    while (!leaving.aborted) {
      const begun = performance.now();
      const step = await this.attempt();
      if (step === 'lost' && Date.now() >= until) return;
      if (step === 'failed') wait = Math.min(RETRY_MS.last, Math.max(RETRY_MS.first, wait * 2));
      else wait = step === 'idle' ? Math.min(IDLE_MS, wait * 1.5) : BUSY_MS;
      const pause = step === 'busy' ? Math.max(0, wait - (performance.now() - begun)) : wait;
      await sleep(pause, undefined, { signal: leaving }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<'busy' | 'idle' | 'lost' | 'failed'> {
    try {
      const step = await this.relay.step();
      if (this.error !== undefined) this.log.info('the source is drained again');
      this.error = undefined;
      return step;
    } catch (error) {
      const reason = reasonOf(error);
      // One line when it begins, not one per attempt.
      if (this.error === undefined) this.log.error({ reason }, 'the source cannot be drained');
      this.error = reason;
      this.relay.forget();
      await recordError(this.source, reason).catch(() => undefined);
      return 'failed';
    }
  }
}
