/** Asks a source for what is new. */
import type pg from 'pg';

import type { Followed } from './checkpoint.ts';
import type { Look, Poll } from './pollStatement.ts';

/** The statement's first four parameters. */
export const lookValues = ({ since, end }: Look, rowsAtMost: number): unknown[] => [
  since.xmax,
  since.inProgress,
  end,
  rowsAtMost,
];

/**
 * @returns undefined when another server answers than the one that the checkpoint was read for: it may be this
 *   one put back to an earlier state, so that the checkpoint has to be looked at again.
 */
export async function pollOnce(
  origin: Pick<pg.ClientBase, 'query'>,
  { started }: Pick<Followed, 'started'>,
  query: pg.QueryConfig,
): Promise<Poll | undefined> {
  const { rows } = await origin.query<Poll>(query);
  const [poll] = rows;
  if (poll === undefined) throw new Error('a poll gives one row');
  return poll.started === started ? poll : undefined;
}
