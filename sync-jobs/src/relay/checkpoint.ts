/** How far a source has been applied, and whether that still means anything at the source. */
import { EPOCH_TABLE } from '@metatron/prisma/capture/names';

import { placeOf } from './place.ts';
import { LIFE } from './pollStatement.ts';
import { follows, parseSnapshot, type Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import { vouches, type Witness } from './witness.ts';

/** Which cluster this is, and which life of it: transaction ids mean something only within one. */
export interface Identity {
  readonly systemIdentifier: string;
  readonly epoch: string;
}

/** A checkpoint that can be built on. */
export interface Followed extends Checkpoint {
  readonly snapshot: Snapshot;
}

export interface Checkpoint {
  readonly generation: string;
  readonly place: string;
  /** Undefined: nothing has been applied that could be built on, the source is to be seeded. */
  readonly snapshot: Snapshot | undefined;
  readonly identity: Identity;
  /** Which life of the source's server this was read for: another one may have been put back. */
  readonly life: string;
}

interface IdentityRow extends Identity {
  readonly life: string;
  readonly purgedBelow: string;
  readonly snapshot: string;
}

// The timeline is in the epoch: a restored or promoted cluster may give the same ids out again.
const IDENTIFY = `
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
       e.epoch || ':' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS epoch,
       ${LIFE} AS life, e.purged_below::text AS "purgedBelow",
       pg_current_snapshot()::text AS snapshot
FROM ${EPOCH_TABLE} e`;

const BEGIN = `
INSERT INTO sync_checkpoints (source, service, system_identifier, epoch)
VALUES ($1, $1, $2, $3) ON CONFLICT (source) DO NOTHING`;

const READ = `
SELECT generation::text, snapshot, witness, system_identifier AS "systemIdentifier", epoch
FROM sync_checkpoints WHERE source = $1`;

interface CheckpointRow extends Identity {
  readonly generation: string;
  readonly snapshot: string | null;
  readonly witness: Witness | null;
}

/** Whether all that committed since the checkpoint is still in the outboxes of this very cluster. */
async function holds(source: Source, row: CheckpointRow, now: IdentityRow): Promise<Snapshot | undefined> {
  if (row.snapshot === null || row.systemIdentifier !== now.systemIdentifier || row.epoch !== now.epoch)
    return undefined;
  const snapshot = parseSnapshot(row.snapshot);
  if (BigInt(now.purgedBelow) > BigInt(snapshot.xmin) || !follows(parseSnapshot(now.snapshot), snapshot))
    return undefined;
  const isHeld = row.witness !== null && (await vouches(source, row.witness, snapshot, now));
  return isHeld ? snapshot : undefined;
}

/** Reads the checkpoint, making it at the very first start. */
export async function readCheckpoint(source: Source): Promise<Checkpoint> {
  const { name, origin, cdx } = source;
  // The checkpoint first: read the other way round, a purge between the two would go unseen.
  const stored = await cdx.query<CheckpointRow>(READ, [name]);
  const {
    rows: [identity],
  } = await origin.query<IdentityRow>(IDENTIFY);
  if (identity === undefined) throw new Error(`the ${name} database has no ${EPOCH_TABLE}`);
  const { life } = identity;
  const [row] = stored.rows;
  if (row !== undefined) {
    const snapshot = await holds(source, row, identity);
    return { generation: row.generation, place: placeOf(row.generation, row.snapshot), snapshot, identity, life };
  }
  await cdx.query(BEGIN, [name, identity.systemIdentifier, identity.epoch]);
  return { generation: '0', place: placeOf('0', null), snapshot: undefined, identity, life };
}

/** Shown in `syncStatus`; the checkpoint itself is not touched. */
export async function recordError({ name, cdx }: Source, message: string): Promise<void> {
  await cdx.query('UPDATE sync_checkpoints SET last_error = $2, updated_at = now() WHERE source = $1', [
    name,
    message.slice(0, 500),
  ]);
}
