/**
 * A backlog whose changed rows are too many for one statement: they stream from one snapshot of the
 * source into one transaction of cdx, which ends with the ordinary statement; memory stays that of a chunk.
 */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import { applyStatement, applyValues, type Batch } from './applyStatement.ts';
import type { Followed } from './checkpoint.ts';
import { copy, copyAudit, lockCheckpoint, PATIENCE, SNAPSHOT } from './copy.ts';
import { applyApart, putOrSetAside } from './isolate.ts';
import { pollStatement, ranges, type Poll } from './pollStatement.ts';
import { isOfData } from './reason.ts';
import { changedRows, goneKeys } from './rows.ts';
import { putStatement, takeStatement } from './rowStatements.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';

export interface Look {
  readonly since: Snapshot;
  /** From which transaction on the rest is left for the next look. */
  readonly end: string;
}

const bounds = ({ since: { xmax, inProgress }, end }: Look) => ({
  xmax: `'${xmax}'::xid8`,
  running: `'{${inProgress.join(',')}}'::xid8[]`,
  end: `'${end}'::xid8`,
});

async function putRowsOf(cdx: pg.PoolClient, { name }: Source, rows: RowSource, json: string): Promise<void> {
  await cdx.query('SAVEPOINT chunk');
  try {
    await cdx.query(putStatement(rows), [json]);
    await cdx.query('RELEASE SAVEPOINT chunk');
  } catch (error) {
    if (!isOfData(error)) throw error;
    await cdx.query('ROLLBACK TO SAVEPOINT chunk');
    await putOrSetAside(cdx, name, rows, json);
  }
}

/** Ends with the ordinary statement, and where cdx refuses it with one tenant by itself. */
async function finish(cdx: pg.PoolClient, source: Source, checkpoint: Followed, batch: Batch): Promise<void> {
  await cdx.query('SAVEPOINT totals');
  try {
    await cdx.query(applyStatement(source.capture, { loads: false }), applyValues(source, checkpoint, batch));
  } catch (error) {
    if (!isOfData(error)) throw error;
    await cdx.query('ROLLBACK TO SAVEPOINT totals');
    await applyApart(cdx, source, checkpoint, batch);
  }
}

/** @returns what was applied; undefined when another worker was faster, or a table was truncated. */
export function transferBacklog(source: Source, checkpoint: Followed, look: Look): Promise<Poll | undefined> {
  const { capture } = source;
  const scope = `WITH ${ranges(capture, bounds(look))}`;
  const read = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<Poll | undefined> => {
    const { since, end } = look;
    const {
      rows: [poll],
    } = await origin.query<Poll>(pollStatement(capture), [since.xmax, since.inProgress, end, 0]);
    if (poll === undefined || poll.truncated || !(await lockCheckpoint(cdx, source, checkpoint))) return undefined;
    for (const rows of capture.rows) {
      const put = (json: string): Promise<void> => putRowsOf(cdx, source, rows, json);
      await copy(origin, { scope, query: changedRows(rows) }, put);
      await copy(origin, { scope, query: goneKeys(rows) }, (json) => cdx.query(takeStatement(rows), [json]));
    }
    await copyAudit(origin, cdx, source.name, scope);
    await finish(cdx, source, checkpoint, { poll: { ...poll, audit: null }, end, loaded: [] });
    return poll;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => read(origin, cdx), PATIENCE),
    `${SNAPSHOT}${PATIENCE}`,
  );
}
