/** One fetch over undici's kept connections, whose answer is read piece by piece and never held beyond its bounds. */
import type { Dispatcher, Pool } from 'undici';

import { SubgraphFailure } from './resilience/failure.ts';

/** More than a subgraph's pages can hold. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20;
/** Of all answers of a subgraph that are being read: one that floods stops neither the gateway nor its memory. */
const MAX_HELD_BYTES = 64 * 2 ** 20;
/** The statuses of an answer in GraphQL; another one comes from something else on the way. */
const ANSWERED: ReadonlySet<number> = new Set([200, 400]);
/** What a proxy says when there is nobody behind it, or a service that stops. */
const NOBODY: ReadonlySet<number> = new Set([502, 503, 504]);

export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
}

/** What is held of a subgraph's answers at the moment. */
interface Held {
  bytes: number;
}

class Reading implements Dispatcher.DispatchHandler {
  readonly text: Promise<string>;
  private readonly signal: AbortSignal | undefined;
  private readonly held: Held;
  private readonly resolve: (text: string) => void;
  private readonly reject: (failure: SubgraphFailure) => void;
  private readonly pieces: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private size = 0;
  private hasBegun = false;

  constructor(held: Held, signal: AbortSignal | undefined) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    [this.text, this.resolve, this.reject] = [promise, resolve, reject];
    [this.held, this.signal] = [held, signal];
    signal?.addEventListener('abort', this.leave);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It may have waited for a connection for too long.
    if (this.signal?.aborted === true) this.leave();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (ANSWERED.has(status)) this.hasBegun = true;
    else this.breakOff(controller, NOBODY.has(status) ? 'unreached' : 'garbled');
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.size += piece.length;
    this.held.bytes += piece.length;
    this.pieces.push(piece);
    if (this.size > MAX_ANSWER_BYTES || this.held.bytes > MAX_HELD_BYTES) this.breakOff(controller, 'garbled');
  }

  onResponseEnd(): void {
    const [only] = this.pieces;
    const whole = this.pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.pieces);
    this.release();
    this.resolve(whole.toString());
  }

  /** Whatever it was: before an answer had begun, nothing was answered. */
  onResponseError(): void {
    this.release();
    this.reject(new SubgraphFailure(this.hasBegun ? 'garbled' : 'unreached'));
  }

  private breakOff(controller: Dispatcher.DispatchController, kind: 'unreached' | 'garbled'): void {
    const failure = new SubgraphFailure(kind);
    this.reject(failure);
    controller.abort(failure);
  }

  private readonly leave = (): void => this.controller?.abort(new SubgraphFailure('abandoned'));

  private release(): void {
    this.signal?.removeEventListener('abort', this.leave);
    this.held.bytes -= this.size;
    this.size = 0;
    this.pieces.length = 0;
  }
}

/** Asks one subgraph. */
export class RemoteExchange {
  private readonly pool: Pool;
  private readonly held: Held = { bytes: 0 };

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The text of an answer. @throws SubgraphFailure */
  ask({ path, headers, body, signal }: Question): Promise<string> {
    const reading = new Reading(this.held, signal);
    this.pool.dispatch({ method: 'POST', path, headers, body }, reading);
    return reading.text;
  }
}
