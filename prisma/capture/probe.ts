/** Whether the triggers fit the tables as they are: a column that one of them names and that is gone would fail every write. */
import type { Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';
import type pg from 'pg';

import type { Capture } from './declare.ts';
import { RELATIONS_TABLE } from './names.ts';
import { capturedTables } from './outbox.ts';

const RELATIONS = `SELECT relation::regclass::text AS relation FROM ${RELATIONS_TABLE} ORDER BY 1`;

/** A statement's trigger fires for no row too. */
const statements = (relation: string): string[] => [
  `INSERT INTO ${relation} (tenant_id) SELECT tenant_id FROM ${relation} WHERE false`,
  `UPDATE ${relation} SET tenant_id = tenant_id WHERE false`,
  `DELETE FROM ${relation} WHERE false`,
];

/**
 * Fires every trigger of a database without a row, and takes it back.
 * @param owner a connection as the database's owner.
 * @throws StartupError naming the table and what is missing.
 */
export async function probeTriggers(domain: Domain, capture: Capture, owner: pg.Pool): Promise<void> {
  if (capturedTables(capture).length === 0) return;
  const { rows } = await owner.query<{ relation: string }>(RELATIONS);
  const script = rows.flatMap(({ relation }) => statements(relation));
  try {
    await owner.query(['BEGIN', ...script, 'ROLLBACK'].join(';\n'));
  } catch (error) {
    await owner.query('ROLLBACK');
    throw new StartupError(
      `The triggers of the ${domain} database do not fit its tables: ${(error as Error).message}. Writes there fail.`,
      `Change prisma/${domain}/capture.ts and run \`node prisma/capture/generate.ts --into <the migration that changed the table>\`.`,
    );
  }
}
