/** One source's way into cdx, one step at a time. Whoever takes the steps, each is exact. */
import { applyStatement, applyValues } from './applyStatement.ts';
import { transferBacklog, type Look } from './backlog.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { isolate } from './isolate.ts';
import { LoadPace, STEP_MS } from './loadPace.ts';
import { loadRows } from './loadRows.ts';
import { finishRuns, nextLoads, type Load } from './loads.ts';
import { loadTotals } from './loadTotals.ts';
import { pollStatement, type Poll } from './pollStatement.ts';
import { isOfData } from './reason.ts';
import { seed } from './seed.ts';
import { cutAt, parseSnapshot, type Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';

/** More changed rows than this stream through a cursor instead of one statement. */
const ROWS_AT_ONCE = 1_000;
/** Of more transactions than this the rest waits for the next step, so that none takes long. */
const TRANSACTIONS_AT_ONCE = 100_000n;
/** Without changes the checkpoint is moved no more often than this. */
const IDLE_WRITE_MS = 1_000;

/** `busy`: there was something; `lost`: another worker had it first. */
export type Step = 'busy' | 'idle' | 'lost';

export interface Progress {
  /** The source's time up to which nothing is missing in cdx. */
  readonly completeThrough: string;
  /** The age of the oldest change of the last batch, when it was read. */
  readonly lagMs: number;
}

export class Relay {
  readonly source: Source;
  progress: Progress | undefined;
  private checkpoint: Checkpoint | undefined;
  private writtenAt = 0;
  private readonly pace = new LoadPace();
  private readonly poll: { readonly name: string; readonly text: string };
  private readonly apply: { readonly name: string; readonly text: string };

  constructor(source: Source) {
    this.source = source;
    // Named, so that each connection plans them once.
    this.poll = { name: `poll ${source.name}`, text: pollStatement(source.capture) };
    this.apply = { name: `apply ${source.name}`, text: applyStatement(source.capture, { loads: false }) };
  }

  /** After an error, and for a new holder: nothing remembered is to be trusted. */
  forget(): void {
    this.checkpoint = undefined;
    this.pace.forget();
  }

  /** Reads what is new and applies it, or takes a part of what is to be taken anew. */
  async step(): Promise<Step> {
    const checkpoint = (this.checkpoint ??= await readCheckpoint(this.source));
    const since = checkpoint.snapshot;
    if (since === undefined) return this.begin(checkpoint);
    const look = { since, end: String(BigInt(since.xmax) + TRANSACTIONS_AT_ONCE) };
    return (await this.load(checkpoint, look)) ?? this.drain(checkpoint, look);
  }

  private async drain(checkpoint: Checkpoint, look: Look): Promise<Step> {
    const { since, end } = look;
    const values = [since.xmax, since.inProgress, end, ROWS_AT_ONCE];
    const poll = await this.ask({ ...this.poll, values });
    if (poll.truncated) return this.begin(checkpoint);
    if (poll.changes === 0) return this.idle(checkpoint, poll, end);
    if (poll.volume > ROWS_AT_ONCE)
      return this.moved(checkpoint, await transferBacklog(this.source, checkpoint, look), end);
    return this.moved(checkpoint, (await this.write(checkpoint, poll, end)) ? poll : undefined, end);
  }

  private async ask(query: { readonly text: string; readonly values: readonly unknown[] }): Promise<Poll> {
    const { rows } = await this.source.origin.query<Poll>({ ...query, values: [...query.values] });
    const [poll] = rows;
    if (poll === undefined) throw new Error('a poll gives one row');
    return poll;
  }

  /** Follows the source from now on; its tenants are then loaded step by step. */
  private async begin(checkpoint: Checkpoint): Promise<Step> {
    const snapshot = await seed(this.source, checkpoint);
    this.checkpoint = undefined;
    this.pace.forget();
    return snapshot === undefined ? 'lost' : 'busy';
  }

  /** One statement; false when the checkpoint was no longer where it had been read. */
  private async write(checkpoint: Checkpoint, poll: Poll, end: string): Promise<boolean> {
    const batch = { poll, end, loaded: [] };
    try {
      const values = applyValues(this.source, checkpoint, batch);
      const { rowCount } = await this.source.cdx.query({ ...this.apply, values });
      return rowCount === 1;
    } catch (error) {
      if (!isOfData(error)) throw error;
      return isolate(this.source, checkpoint, batch);
    }
  }

  /** Nothing happened: the later snapshot says so for as long as nobody else moves the checkpoint. */
  private async idle(checkpoint: Checkpoint, poll: Poll, end: string): Promise<Step> {
    this.checkpoint = { ...checkpoint, snapshot: cutAt(parseSnapshot(poll.snapshot), end) };
    if (Date.now() - this.writtenAt < IDLE_WRITE_MS) return 'idle';
    const written = (await this.write(checkpoint, poll, end)) ? poll : undefined;
    return this.moved(checkpoint, written, end) === 'lost' ? 'lost' : 'idle';
  }

  private moved(checkpoint: Checkpoint, poll: Poll | undefined, end: string): Step {
    this.checkpoint = undefined;
    if (poll === undefined) return 'lost';
    this.remember(checkpoint, cutAt(parseSnapshot(poll.snapshot), end));
    this.writtenAt = Date.now();
    this.progress = { completeThrough: poll.completeThrough, lagMs: poll.lagMs };
    return 'busy';
  }

  private remember(checkpoint: Checkpoint, snapshot: Snapshot | undefined): Checkpoint {
    return (this.checkpoint = { ...checkpoint, generation: String(BigInt(checkpoint.generation) + 1n), snapshot });
  }

  /** A part of what is to be taken anew, if any is due; undefined when there is not. */
  private async load(checkpoint: Checkpoint, look: Look): Promise<Step | undefined> {
    if (!this.pace.isDue()) return undefined;
    const loads = await nextLoads(this.source, this.pace.tenants);
    const [first] = loads;
    if (first === undefined) {
      await finishRuns(this.source);
      this.pace.rest();
      return undefined;
    }
    const begun = Date.now();
    const step =
      first.target === null ? await this.loadTotals(checkpoint, look, loads) : await this.loadRows(checkpoint, first);
    this.pace.took(Date.now() - begun, first.kind);
    // A tenant that is no longer behind shows in the checkpoint's own time: that is written soon.
    this.writtenAt = 0;
    return step;
  }

  private async loadTotals(checkpoint: Checkpoint, look: Look, loads: readonly Load[]): Promise<Step | undefined> {
    const poll = await loadTotals(this.source, checkpoint, look, { loads, rowsAtOnce: ROWS_AT_ONCE });
    return poll === 'later' ? undefined : this.moved(checkpoint, poll, look.end);
  }

  /** As many chunks as the time for a step allows. */
  private async loadRows(checkpoint: Checkpoint, load: Load): Promise<Step> {
    const end = Date.now() + STEP_MS;
    let at = checkpoint;
    let next: Load | undefined = load;
    while (next !== undefined && Date.now() < end) {
      const taken = await loadRows(this.source, at, next);
      if (taken.moved) at = this.remember(at, at.snapshot);
      else if (taken.next === undefined) this.checkpoint = undefined;
      next = taken.next;
    }
    return 'busy';
  }
}
