/** One source's way into cdx, one step at a time. Whoever takes the steps, each is exact. */
import { applyParameters, applyStatement } from './applyStatement.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { pollStatement, type Poll } from './pollStatement.ts';
import { parseSnapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import { seed, transferBacklog } from './transfer.ts';

/** More changed rows than this stream through a cursor instead of one statement. */
const ROWS_AT_ONCE = 1_000;
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
  private readonly poll: { readonly name: string; readonly text: string };
  private readonly apply: { readonly name: string; readonly text: string };

  constructor(source: Source) {
    this.source = source;
    // Named, so that each connection plans them once.
    this.poll = { name: `poll ${source.name}`, text: pollStatement(source.capture) };
    this.apply = { name: `apply ${source.name}`, text: applyStatement(source.capture) };
  }

  /** After an error, and for a new holder: nothing remembered is to be trusted. */
  forget(): void {
    this.checkpoint = undefined;
  }

  /** Reads what is new and applies it. */
  async step(): Promise<Step> {
    const checkpoint = (this.checkpoint ??= await readCheckpoint(this.source));
    const since = checkpoint.snapshot;
    if (since === undefined) return this.moved(await seed(this.source, checkpoint));
    const {
      rows: [poll],
    } = await this.source.origin.query<Poll>({ ...this.poll, values: [since.xmax, since.inProgress, ROWS_AT_ONCE] });
    if (poll === undefined) throw new Error('a poll gives one row');
    if (poll.truncated) {
      this.checkpoint = { ...checkpoint, snapshot: undefined };
      return 'busy';
    }
    if (poll.changes === 0) return this.idle(checkpoint, poll);
    if (poll.volume > ROWS_AT_ONCE) return this.moved(await transferBacklog(this.source, checkpoint, since));
    return this.moved((await this.write(checkpoint, poll)) ? poll : undefined);
  }

  /** One statement; false when the checkpoint was no longer where it had been read. */
  private async write({ generation }: Checkpoint, poll: Poll): Promise<boolean> {
    const { name, capture, cdx } = this.source;
    const arrays = applyParameters(capture).map((parameter) => poll[parameter] ?? null);
    const values = [
      name,
      generation,
      poll.snapshot,
      poll.completeThrough,
      poll.lagMs,
      poll.changes,
      poll.audit,
      ...arrays,
    ];
    const { rowCount } = await cdx.query({ ...this.apply, values });
    return rowCount === 1;
  }

  /** Nothing happened: the later snapshot says so for as long as nobody else moves the checkpoint. */
  private async idle(checkpoint: Checkpoint, poll: Poll): Promise<Step> {
    this.checkpoint = { ...checkpoint, snapshot: parseSnapshot(poll.snapshot) };
    if (Date.now() - this.writtenAt < IDLE_WRITE_MS) return 'idle';
    return this.moved((await this.write(checkpoint, poll)) ? poll : undefined) === 'lost' ? 'lost' : 'idle';
  }

  private moved(poll: Poll | undefined): Step {
    const { checkpoint } = this;
    this.checkpoint = undefined;
    if (poll === undefined || checkpoint === undefined) return 'lost';
    this.checkpoint = {
      ...checkpoint,
      generation: String(BigInt(checkpoint.generation) + 1n),
      snapshot: parseSnapshot(poll.snapshot),
    };
    this.writtenAt = Date.now();
    this.progress = { completeThrough: poll.completeThrough, lagMs: poll.lagMs };
    return 'busy';
  }
}
