/** The signed checkpoints beside a walk along the entries: each is heard when its entry comes. */
import type { StatementKeys } from '@metatron/platform/statements';

import { checkSignature, type Checkpoint, type SignedCheckpoint } from './checkpoints.ts';

export type CheckpointFault =
  /** A line that is no checkpoint, or not signed by the key that it names, or out of order. */
  | 'checkpoint_forged'
  /** The newest is signed by a key that is not held: nothing says what the log's end was. */
  | 'checkpoint_key_unknown'
  /** The entry is not the one that was signed: it, or one before it, was replaced with all that follow. */
  | 'replaced'
  /** The log ends before an entry that was signed. */
  | 'tail_cut';

type Lines = AsyncIterator<SignedCheckpoint | undefined, void>;

export class Witness {
  /** The newest whose word held. */
  confirmed: Checkpoint | undefined;
  private readonly keys: StatementKeys;
  private readonly lines: Lines;
  private readonly from: number;
  private next: IteratorResult<SignedCheckpoint | undefined, void> | undefined;
  private latest = 0;
  /** The newest line is by a key that is not held. */
  private unproved = false;

  /** @param from the first entry of the walk: what was signed of earlier ones is passed over. */
  constructor(keys: StatementKeys, lines: AsyncIterable<SignedCheckpoint | undefined>, from: number) {
    this.keys = keys;
    this.lines = lines[Symbol.asyncIterator]() as Lines;
    this.from = from;
  }

  /** What the checkpoints up to an entry say of it; undefined when nothing is wrong. */
  hear(seq: number, hash: string): Promise<CheckpointFault | undefined> {
    return this.listen(seq, hash);
  }

  /** Likewise once the log has ended: what was signed of the rest of the range is gone. */
  async hearRest(to: number): Promise<CheckpointFault | undefined> {
    const fault = await this.listen(to, undefined);
    if (fault !== undefined) return fault;
    return this.next?.done === true && this.unproved ? 'checkpoint_key_unknown' : undefined;
  }

  async close(): Promise<void> {
    await this.lines.return?.();
  }

  private async listen(to: number, hash: string | undefined): Promise<CheckpointFault | undefined> {
    for (;;) {
      const { done, value } = (this.next ??= await this.lines.next());
      if (done === true || (value !== undefined && value.seq > to)) return undefined;
      const fault = this.judge(value, hash);
      if (fault !== undefined) return fault;
      this.next = undefined;
    }
  }

  private judge(checkpoint: SignedCheckpoint | undefined, hash: string | undefined): CheckpointFault | undefined {
    if (checkpoint === undefined || checkpoint.seq < this.latest) return 'checkpoint_forged';
    this.latest = checkpoint.seq;
    if (checkpoint.seq < this.from) return undefined;
    const worth = checkSignature(this.keys, checkpoint);
    this.unproved = worth === 'unknownKey';
    if (worth === 'forged') return 'checkpoint_forged';
    if (worth === 'unknownKey') return undefined;
    if (hash === undefined) return 'tail_cut';
    if (checkpoint.hash !== hash) return 'replaced';
    this.confirmed = checkpoint;
    return undefined;
  }
}
