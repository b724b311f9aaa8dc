/**
 * Verifies the audit log: every hash anew, every entry on the one before it, and the whole against the
 * checkpoints that were signed of it outside the database. In bounded memory, however long the log is.
 */
import type { StatementKeys } from '@metatron/platform/statements';

import { hashBefore, readLinks, type Answering, type Link } from './chain.ts';
import { checkpointFile, readCheckpoints, type Checkpoint } from './checkpoints.ts';
import { Witness, type CheckpointFault } from './witness.ts';

export type AuditFault =
  /** There is no entry of that number, and there are later ones. */
  | 'missing'
  /** It does not follow on from the entry before it: one of the two is not the one that was chained. */
  | 'not_linked'
  /** Who, what, when or any other column of it was changed. */
  | 'changed'
  /** What it says of before and after was changed. */
  | 'content_changed'
  | CheckpointFault;

export interface AuditBreak {
  readonly seq: number;
  readonly reason: AuditFault;
}

export interface AuditVerification {
  /** How many entries were looked at; all but the broken one are sound. */
  readonly checked: number;
  /** How many of them say nothing of before and after any more. */
  readonly erased: number;
  readonly firstBroken: AuditBreak | null;
  /** The newest signed checkpoint that the entries agree with. */
  readonly checkpoint: Checkpoint | null;
  /** The last sound entry. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** Where to go on, when there is more than was asked for at once. */
  readonly nextSeq: number | null;
}

export interface VerifyOptions {
  readonly cdx: Answering;
  readonly keys: StatementKeys;
  readonly dataDirectory: string;
  /** From 1. */
  readonly from?: number;
  /** Included; left out, the end of the log. */
  readonly to?: number;
  /** At most so many entries. */
  readonly limit?: number;
}

function faultOf(link: Link, expected: number, previous: string): AuditFault | undefined {
  if (link.seq !== expected) return 'missing';
  if (link.previous !== previous) return 'not_linked';
  if (!link.isSound) return 'changed';
  // Erased personal data leaves the hash of what it was.
  return link.hasContent || link.isEmpty ? undefined : 'content_changed';
}

/** One walk along the entries. */
class Walk {
  checked = 0;
  erased = 0;
  firstBroken: AuditBreak | null = null;
  head: { seq: number; hash: string } | null = null;
  nextSeq: number | null = null;
  private readonly witness: Witness;
  private readonly from: number;
  private readonly to: number;
  private readonly limit: number;

  constructor(witness: Witness, { from = 1, to = Infinity, limit = Infinity }: VerifyOptions) {
    this.witness = witness;
    this.from = from;
    this.to = to;
    this.limit = limit;
  }

  async run(cdx: Answering): Promise<void> {
    for await (const link of readLinks(cdx, this.from)) {
      const expected = (this.head?.seq ?? this.from - 1) + 1;
      if (expected > this.to) return;
      if (this.checked === this.limit) {
        this.nextSeq = expected;
        return;
      }
      const previous = this.head?.hash ?? (await hashBefore(cdx, expected));
      if (previous === undefined) this.firstBroken = { seq: expected - 1, reason: 'missing' };
      else await this.look(link, expected, previous);
      if (this.firstBroken !== null) return;
    }
    const rest = await this.witness.hearRest(this.to);
    if (rest !== undefined) this.firstBroken = { seq: (this.head?.seq ?? this.from - 1) + 1, reason: rest };
  }

  private async look(link: Link, expected: number, previous: string): Promise<void> {
    this.checked += 1;
    const reason = faultOf(link, expected, previous) ?? (await this.witness.hear(link.seq, link.hash));
    if (reason !== undefined) this.firstBroken = { seq: expected, reason };
    else this.head = { seq: link.seq, hash: link.hash };
    if (!link.hasContent && link.isEmpty) this.erased += 1;
  }
}

/** Names the first broken entry of a range, if there is one. */
export async function verifyAudit(options: VerifyOptions): Promise<AuditVerification> {
  const { keys, dataDirectory, cdx, from = 1 } = options;
  // What is signed by now is of entries that are there by now.
  const lines = readCheckpoints(checkpointFile(dataDirectory));
  const witness = new Witness(keys, lines, from);
  const walk = new Walk(witness, options);
  await walk.run(cdx).finally(() => witness.close());
  const { checked, erased, firstBroken, head, nextSeq } = walk;
  return { checked, erased, firstBroken, head, nextSeq, checkpoint: witness.confirmed ?? null };
}
