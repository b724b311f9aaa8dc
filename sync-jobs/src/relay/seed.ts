/** A source that is taken anew: from here on its changes are followed, and each tenant is still to be loaded. */
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import type { Checkpoint } from './checkpoint.ts';
import { copyAudit, lockCheckpoint, PATIENCE, SNAPSHOT } from './copy.ts';
import { everyTenant, requestLoads } from './loads.ts';
import type { Source } from './source.ts';

const NOW = 'SELECT pg_current_snapshot()::text AS snapshot';

const FOLLOW = `
UPDATE sync_checkpoints SET generation = generation + 1, snapshot = $2, system_identifier = $3, epoch = $4,
       drained_at = now(), updated_at = now(), last_error = NULL
 WHERE source = $1`;

/**
 * Readers of cdx see what was there until a tenant's load puts the new in its place.
 * @returns the snapshot that the changes are followed from; undefined when another worker was faster.
 */
export function seed(source: Source, checkpoint: Checkpoint): Promise<string | undefined> {
  const { name, capture } = source;
  const begin = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<string | undefined> => {
    // Locked before the source is read: what another worker applies meanwhile would be undone.
    if (!(await lockCheckpoint(cdx, source, checkpoint))) return undefined;
    const { rows } = await origin.query<{ snapshot: string }>(NOW);
    const [now] = rows;
    if (now === undefined) return undefined;
    await copyAudit(origin, cdx, name, '');
    const tenants = await everyTenant(capture, origin, cdx);
    await requestLoads(cdx, name, { kind: 'seed', tenants, isBehind: true });
    const { systemIdentifier, epoch } = checkpoint.identity;
    await cdx.query(FOLLOW, [name, now.snapshot, systemIdentifier, epoch]);
    return now.snapshot;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => begin(origin, cdx), PATIENCE),
    `${SNAPSHOT}${PATIENCE}`,
  );
}
