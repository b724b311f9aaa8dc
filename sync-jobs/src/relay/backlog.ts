/**
 * A backlog whose changed rows are too many for one statement: they stream from one snapshot of the
 * source into one transaction of cdx, which ends with the ordinary statement; memory stays that of a chunk.
 */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import { applyStatement, applyValues, type Batch } from './applyStatement.ts';
import type { Followed } from './checkpoint.ts';
import { copy, copyAudit, listOf, lockCheckpoint, PATIENCE, SNAPSHOT } from './copy.ts';
import { applyApart, putOrSetAside } from './isolate.ts';
import { lookValues, pollOnce } from './poll.ts';
import { HOLD, whilePresent } from './present.ts';
import { boundsOf, pollStatement, ranges, type Look, type Poll } from './pollStatement.ts';
import { orElse } from './savepoint.ts';
import { rowsAndGone } from './rows.ts';
import { putStatement, takeStatement } from './rowStatements.ts';
import type { Source } from './source.ts';

async function putChanged(
  cdx: pg.PoolClient,
  source: Source,
  rows: RowSource,
  { json, gone }: { readonly json: string; readonly gone: string },
): Promise<void> {
  await cdx.query(takeStatement(rows), [gone]);
  await orElse<unknown>(
    cdx,
    () => cdx.query(putStatement(rows), [json]),
    () => putOrSetAside(cdx, source, rows, json),
  );
}

/** Ends with the ordinary statement, and where cdx refuses it with one tenant by itself. */
const finish = (cdx: pg.PoolClient, source: Source, checkpoint: Followed, batch: Batch): Promise<unknown> =>
  orElse<unknown>(
    cdx,
    () => cdx.query(applyStatement(source.capture, { loads: false }), applyValues(source, checkpoint, batch)),
    () => applyApart(cdx, source, checkpoint, batch),
  );

/** @returns what was applied; undefined when another worker was faster, or a table was truncated. */
export function transferBacklog(source: Source, checkpoint: Followed, look: Look): Promise<Poll | undefined> {
  const { capture } = source;
  const scope = `WITH ${ranges(capture, boundsOf(look))}`;
  const read = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<Poll | undefined> => {
    const query = { text: pollStatement(capture), values: lookValues(look, 0) };
    const poll = await whilePresent(cdx, pollOnce(origin, checkpoint, query));
    if (poll === undefined || poll.truncated || !(await lockCheckpoint(cdx, source, checkpoint))) return undefined;
    for (const rows of capture.rows)
      await copy({ origin, cdx }, { scope, query: rowsAndGone(rows) }, (changed) =>
        putChanged(cdx, source, rows, { json: listOf(changed, 'row'), gone: listOf(changed, 'gone') }),
      );
    await copyAudit({ origin, cdx }, source.name, scope);
    // The audit entries are in: none are left to append, and the commit still waits for the disk for them.
    await finish(cdx, source, checkpoint, { poll: { ...poll, audit: '[]' }, end: look.end, loaded: [] });
    return poll;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => read(origin, cdx), HOLD),
    `${SNAPSHOT}${PATIENCE}`,
  );
}
