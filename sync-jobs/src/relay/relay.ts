/** One source's way into cdx, one step at a time. Whoever takes the steps, each is exact. */
import { applyStatement, applyValues } from './applyStatement.ts';
import { transferBacklog } from './backlog.ts';
import { readCheckpoint, type Checkpoint, type Followed } from './checkpoint.ts';
import { isolate } from './isolate.ts';
import { LoadPace, STEP_MS } from './loadPace.ts';
import { readRows, takeRows, type RowsFound } from './loadRows.ts';
import { finishRuns, nextLoads, type Load } from './loads.ts';
import { loadTotals } from './loadTotals.ts';
import { lookValues, pollOnce } from './poll.ts';
import { placeOf } from './place.ts';
import { pollStatement, type Look, type Poll } from './pollStatement.ts';
import { isOfData } from './reason.ts';
import { seed } from './seed.ts';
import { advance, parseSnapshot, type Snapshot } from './snapshot.ts';
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
  private span = TRANSACTIONS_AT_ONCE;
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
    this.span = TRANSACTIONS_AT_ONCE;
    this.pace.forget();
  }

  /** Reads what is new and applies it, or takes a part of what is to be taken anew. */
  async step(): Promise<Step> {
    const checkpoint = (this.checkpoint ??= await readCheckpoint(this.source));
    const since = checkpoint.snapshot;
    if (since === undefined) return this.begin(checkpoint);
    const followed = { ...checkpoint, snapshot: since };
    const look = this.lookFrom(since);
    return (await this.load(followed, look)) ?? this.drain(followed, look);
  }

  private lookFrom(since: Snapshot): Look {
    return { since, end: String(BigInt(since.xmax) + this.span) };
  }

  private async drain(checkpoint: Followed, look: Look): Promise<Step> {
    const values = lookValues(look, ROWS_AT_ONCE);
    const poll = await pollOnce(this.source.origin, checkpoint, { ...this.poll, values });
    if (poll === undefined) return this.moved(checkpoint, undefined);
    if (poll.truncated) return this.begin(checkpoint);
    if (poll.changes === 0) return this.idle(checkpoint, poll, look);
    if (poll.volume > ROWS_AT_ONCE) return this.moved(checkpoint, await transferBacklog(this.source, checkpoint, look));
    return this.moved(checkpoint, (await this.write(checkpoint, poll, look)) ? poll : undefined);
  }

  /** Follows the source from now on; its tenants are then loaded step by step. */
  private async begin(checkpoint: Checkpoint): Promise<Step> {
    const snapshot = await seed(this.source, checkpoint);
    this.checkpoint = undefined;
    this.pace.forget();
    return snapshot === undefined ? 'lost' : 'busy';
  }

  /** One statement; false when the checkpoint was no longer where it had been read. */
  private async write(checkpoint: Followed, poll: Poll, { end }: Look): Promise<boolean> {
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

  /** Nothing happened, or nothing among as many transactions as were looked at: then further on. */
  private async idle(checkpoint: Followed, poll: Poll, look: Look): Promise<Step> {
    if (BigInt(parseSnapshot(poll.snapshot).xmax) > BigInt(look.end)) {
      this.span *= 8n;
      return 'busy';
    }
    this.pace.hurry();
    if (Date.now() - this.writtenAt < IDLE_WRITE_MS) return 'idle';
    const step = this.moved(checkpoint, (await this.write(checkpoint, poll, look)) ? poll : undefined);
    return step === 'lost' ? 'lost' : 'idle';
  }

  private moved(checkpoint: Followed, poll: Poll | undefined): Step {
    this.checkpoint = undefined;
    if (poll === undefined) return 'lost';
    this.follow(checkpoint, poll);
    return 'busy';
  }

  private follow(checkpoint: Followed, poll: Poll): Followed {
    // While nothing happens the checkpoint stays where it is, and what is looked at has to reach as far as before.
    if (poll.newest !== null) this.span = TRANSACTIONS_AT_ONCE;
    this.writtenAt = Date.now();
    this.progress = { completeThrough: poll.completeThrough, lagMs: poll.lagMs };
    return this.remember(checkpoint, advance(checkpoint.snapshot, parseSnapshot(poll.snapshot), poll.newest));
  }

  private remember(checkpoint: Followed, snapshot: Snapshot): Followed {
    const generation = String(BigInt(checkpoint.generation) + 1n);
    const moved = { ...checkpoint, generation, place: placeOf(generation, snapshot.text), snapshot };
    this.checkpoint = moved;
    return moved;
  }

  /** A part of what is to be taken anew, if any is due; undefined when there is not. */
  private async load(checkpoint: Followed, look: Look): Promise<Step | undefined> {
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

  private async loadTotals(checkpoint: Followed, look: Look, loads: readonly Load[]): Promise<Step | undefined> {
    const poll = await loadTotals(this.source, checkpoint, look, { loads, rowsAtOnce: ROWS_AT_ONCE });
    return poll === 'later' ? undefined : this.moved(checkpoint, poll);
  }

  /** As many chunks as the time for a step allows. */
  private async loadRows(checkpoint: Followed, load: Load): Promise<Step | undefined> {
    const end = Date.now() + STEP_MS;
    let at = checkpoint;
    let next: Load | undefined = load;
    while (next !== undefined && Date.now() < end) {
      const look = this.lookFrom(at.snapshot);
      const found = await readRows(this.source, at, look, { load: next, rowsAtOnce: ROWS_AT_ONCE });
      if (found === 'later') return at === checkpoint ? undefined : 'busy';
      const reached = await this.reach(at, found, look);
      if (reached === undefined || found === undefined) return this.moved(at, undefined);
      const taken = await takeRows(this.source, reached, next, found);
      at = taken.moved ? this.remember(reached, reached.snapshot) : reached;
      if (!taken.moved && taken.next === undefined) this.checkpoint = undefined;
      next = taken.next;
    }
    return 'busy';
  }

  /** Rows are taken once the checkpoint is where they were read; undefined when another worker was faster. */
  private async reach(at: Followed, found: RowsFound | 'none' | undefined, look: Look): Promise<Followed | undefined> {
    if (found === undefined || found === 'none' || found.changes === 0) return at;
    return (await this.write(at, found, look)) ? this.follow(at, found) : undefined;
  }
}
