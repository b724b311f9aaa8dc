/**
 * What vouches for a checkpoint at the source: a source that was put back to an earlier state, or has lost
 * in a crash what it had not forced to the disk, is not what cdx was built from.
 */
import type { Capture } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { boundsOf, everyChange, ranges, TRACE, type Look, type Poll, type Trace } from './pollStatement.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';

/** The last batch: all that was applied before it had committed before anything in it did. */
export interface Witness extends Omit<Trace, 'newest'> {
  /** The snapshot that it begins at. */
  readonly since: string;
  /** Whom it was read from. */
  readonly life: string;
  /** Cdx may have something as it was after the batch: nobody else vouches for that. */
  readonly isAhead: boolean;
}

/** What a poll says of it: when nothing has happened, that the one before is still there in this life. */
export function witnessOf({ changes, from, newest, digest, life, snapshot }: Poll, look: Look): Partial<Witness> {
  if (newest === null) return { life };
  const isAhead = BigInt(parseSnapshot(snapshot).xmax) > BigInt(look.end);
  return { since: look.since.text, from, changes, digest, life, isAhead };
}

/** $1: what is left out of the range. */
function traceStatement(capture: Capture, look: Look): string {
  return `WITH ${ranges(capture, boundsOf(look))}
SELECT ${TRACE} FROM (${everyChange(capture)}) AS every WHERE txid <> ALL ($1::xid8[])`;
}

type Origin = Pick<pg.ClientBase, 'query'>;

/** What the outboxes have of the transactions that ended between two snapshots. */
async function traceOf(origin: Origin, capture: Capture, earlier: Snapshot, later: Snapshot): Promise<Trace> {
  const inProgress = earlier.inProgress.filter((id) => !later.inProgress.includes(id));
  const statement = traceStatement(capture, { since: { ...earlier, inProgress }, end: later.xmax });
  const { rows } = await origin.query<Trace>(statement, [later.inProgress]);
  const [trace] = rows;
  if (trace === undefined) throw new Error('a trace is one row');
  return trace;
}

interface Seeded {
  readonly capture: Capture;
  /** Where the last transactions begin. */
  readonly since: Snapshot;
  readonly checkpoint: Snapshot;
  readonly life: string;
}

/** A checkpoint that no batch has led to: the last transactions before it vouch for it. */
export async function witnessOfSeed(origin: Origin, { capture, since, checkpoint, life }: Seeded): Promise<Witness> {
  const { from, changes, digest } = await traceOf(origin, capture, since, checkpoint);
  return { since: since.text, from, changes, digest, life, isAhead: false };
}

interface Now {
  readonly life: string;
  /** Below which transaction the outboxes have been emptied. */
  readonly purgedBelow: string;
}

/** Whether what led to a checkpoint is still at the source. */
export async function vouches(
  { origin, capture }: Source,
  witness: Witness,
  checkpoint: Snapshot,
  now: Now,
): Promise<boolean> {
  if (now.life === witness.life) return true;
  if (witness.isAhead || witness.from === null) return false;
  // What is emptied had been applied: an outbox that was emptied of the batch is later than it.
  if (BigInt(now.purgedBelow) > BigInt(witness.from)) return true;
  const trace = await traceOf(origin, capture, parseSnapshot(witness.since), checkpoint);
  return trace.changes === witness.changes && trace.digest === witness.digest;
}
