import type { Link } from './link.ts';

/** A point in the life of a request, found by what the request's bytes contain. */
export interface Instant {
  readonly request: string;
  /** `sent`: it does not reach the server; `answered`: it is done, and its answer does not come back. */
  readonly when: 'sent' | 'answered';
}

/** PostgreSQL is done with a request when it says that it is ready for the next. */
const READY_TAG = 0x5a;
const READY_LENGTH = 6;
const isDone = (chunk: Buffer): boolean => chunk.at(-READY_LENGTH) === READY_TAG;

/** Waits in a proxy for an instant. */
export class Trap {
  private readonly instant: Instant;
  private readonly caught = Promise.withResolvers<Link>();
  private awaited: Link | undefined;

  constructor(instant: Instant) {
    this.instant = instant;
  }

  /** What becomes of a chunk. */
  judge(link: Link, direction: 'request' | 'answer', chunk: Buffer): 'pass' | 'swallow' {
    if (direction === 'request' && this.awaited === undefined && chunk.includes(this.instant.request)) {
      this.awaited = link;
      if (this.instant.when === 'answered') return 'pass';
      this.caught.resolve(link);
      return 'swallow';
    }
    if (direction === 'request' || this.awaited !== link || this.instant.when === 'sent') return 'pass';
    if (!isDone(chunk)) return 'pass';
    this.caught.resolve(link);
    return 'swallow';
  }

  /** The connection on which it happened; undefined when it did not in time. */
  async sprung(milliseconds: number): Promise<Link | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, milliseconds, undefined);
    });
    return Promise.race([this.caught.promise, late]).finally(() => {
      clearTimeout(timer);
    });
  }
}
