/** A source that is taken anew: from here on its changes are followed, and each tenant is still to be loaded. */
import type { Capture } from '@metatron/prisma/capture/declare';
import { EPOCH_TABLE } from '@metatron/prisma/capture/names';
import { outboxTables } from '@metatron/prisma/capture/outbox';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import type { Checkpoint } from './checkpoint.ts';
import { copyAudit, lockCheckpoint, PATIENCE, SNAPSHOT } from './copy.ts';
import { either, requestLoads, tenantsHere, tenantsThere } from './loads.ts';
import { boundsOf, LIFE, ranges } from './pollStatement.ts';
import { HOLD, whilePresent } from './present.ts';
import { advance, parseSnapshot, type Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import { witnessOfSeed } from './witness.ts';

/** The snapshot, the last transaction in the outboxes, and up to where they have been emptied. */
function nowStatement(capture: Capture): string {
  const outboxes = [...outboxTables(capture), 'audit_entries'];
  const newest = outboxes.map((outbox) => `(SELECT max(txid) FROM ${outbox})`);
  return `SELECT pg_current_snapshot()::text AS snapshot, greatest(${newest.join(', ')})::text AS newest,
    ${LIFE} AS life, purged_below::text AS "purgedBelow" FROM ${EPOCH_TABLE}`;
}

interface Now {
  readonly snapshot: string;
  readonly newest: string | null;
  readonly life: string;
  readonly purgedBelow: string;
}

/** So many of the last transactions vouch for a seed: one that begins that long before others is not the last to end. */
const VOUCHING = 1_000n;

/** The first transaction id that a cluster gives out is 3. */
function beginAt(...ids: readonly bigint[]): Snapshot {
  const id = String(ids.reduce((greatest, one) => (one > greatest ? one : greatest), 3n));
  return parseSnapshot(`${id}:${id}:`);
}

/** After a TRUNCATE the entries before the checkpoint are in the chain already. */
function newSince(capture: Capture, { snapshot: since }: Checkpoint, now: Now): string {
  if (since === undefined) return '';
  return `WITH ${ranges(capture, boundsOf({ since, end: parseSnapshot(now.snapshot).xmax }))}`;
}

/** Empties no outbox, and rids them of what a dump of another cluster brought. */
const FORGET_FOREIGN = "SELECT sync_outbox_rotate('0')";

const FOLLOW = `
UPDATE sync_checkpoints SET generation = generation + 1, snapshot = $2, witness = $5, system_identifier = $3, epoch = $4,
       drained_at = now(), updated_at = now(), last_error = NULL
 WHERE source = $1`;

/**
 * Readers of cdx see what was there until a tenant's load puts the new in its place.
 * @returns the snapshot that the changes are followed from; undefined when another worker was faster.
 */
export async function seed(source: Source, checkpoint: Checkpoint): Promise<string | undefined> {
  const { name, capture } = source;
  if (outboxTables(capture).length > 0) await source.origin.query(FORGET_FOREIGN);
  const begin = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<string | undefined> => {
    // Locked before the source is read: what another worker applies meanwhile would be undone.
    if (!(await lockCheckpoint(cdx, source, checkpoint))) return undefined;
    const { rows } = await whilePresent(cdx, origin.query<Now>(nowStatement(capture)));
    const [now] = rows;
    if (now?.life !== checkpoint.life) return undefined;
    await copyAudit({ origin, cdx }, name, newSince(capture, checkpoint, now));
    const there = await whilePresent(cdx, tenantsThere(capture, origin));
    const tenants = either(there, await tenantsHere(capture, cdx));
    await requestLoads(cdx, name, { kind: 'seed', tenants, isBehind: true });
    const { systemIdentifier, epoch } = checkpoint.identity;
    const purgedBelow = BigInt(now.purgedBelow);
    const from = advance(beginAt(purgedBelow), parseSnapshot(now.snapshot), now.newest);
    const since = beginAt(purgedBelow, BigInt(from.xmax) - VOUCHING);
    const witness = await whilePresent(
      cdx,
      witnessOfSeed(origin, { capture, since, checkpoint: from, life: now.life }),
    );
    await cdx.query(FOLLOW, [name, from.text, systemIdentifier, epoch, witness]);
    return from.text;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => begin(origin, cdx), HOLD),
    `${SNAPSHOT}${PATIENCE}`,
  );
}
