/** What a pg_snapshot says: which transactions had ended when it was taken. */
export interface Snapshot {
  readonly text: string;
  /** The oldest transaction that was still running. */
  readonly xmin: string;
  /** No transaction from here on had begun. */
  readonly xmax: string;
  /** Between the two, those still running. */
  readonly inProgress: readonly string[];
}

/** Reads PostgreSQL's `xmin:xmax:xip,xip`. */
export function parseSnapshot(text: string): Snapshot {
  const [xmin, xmax, running] = text.split(':');
  if (xmin === undefined || xmax === undefined) throw new Error(`${text} is not a snapshot`);
  return { text, xmin, xmax, inProgress: running === undefined || running === '' ? [] : running.split(',') };
}

/** What had ended in `earlier` has ended in `later`: false when the transaction ids have begun anew. */
export function follows(later: Snapshot, earlier: Snapshot): boolean {
  return BigInt(later.xmax) >= BigInt(earlier.xmax) && BigInt(later.xmin) >= BigInt(earlier.xmin);
}

/**
 * How far a batch leads: up to the last transaction that a change was seen of. Of later ones the snapshot
 * may know ends that no disk does, a rollback for one: after a crash such an id is given out again. The end
 * of a transaction that is seen was on disk first, and no crash gives out an id before one that is.
 */
export function advance(since: Snapshot, now: Snapshot, newest: string | null): Snapshot {
  if (newest === null) return since;
  const next = BigInt(newest) + 1n;
  return cutAt(now, String(next > BigInt(since.xmax) ? next : BigInt(since.xmax)));
}

/**
 * What the snapshot says of the transactions below a bound, as a snapshot: those that had ended, and no
 * word of any later one.
 */
export function cutAt(snapshot: Snapshot, bound: string): Snapshot {
  if (BigInt(bound) >= BigInt(snapshot.xmax)) return snapshot;
  const inProgress = snapshot.inProgress.filter((id) => BigInt(id) < BigInt(bound));
  const xmin = inProgress[0] ?? bound;
  return { text: `${xmin}:${bound}:${inProgress.join(',')}`, xmin, xmax: bound, inProgress };
}
