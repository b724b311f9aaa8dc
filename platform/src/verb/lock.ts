import { Refusal } from '../errors.ts';
import type { RawClient } from '../database/rawClient.ts';
import { selectList } from '../read/sql.ts';
import type { Table } from '../read/table.ts';

import { expectVersion } from './version.ts';

/** Which row of a tenant, and what to call it when it is not there. */
export interface RowName<Row> {
  readonly table: Table<Row>;
  readonly tenantId: string;
  readonly id: string;
  readonly noun: string;
  /** The input's field that names it. */
  readonly field: string;
}

async function select<Row>(
  tx: RawClient,
  { table, tenantId, id, noun, field }: RowName<Row>,
  strength: 'UPDATE' | 'SHARE',
): Promise<Row> {
  const live = table.live === undefined ? '' : ` AND ${table.live}`;
  // The platform's own rows have no tenant; the parameter is still there to be bound.
  const whose = table.tenancy === 'none' ? '$1::text IS NOT NULL' : '"tenant_id" = $1';
  const sql = `SELECT ${selectList(table)} FROM "${table.name}" WHERE ${whose} AND "id" = $2::uuid${live} FOR ${strength}`;
  const [row] = await tx.$queryRawUnsafe<Row[]>(sql, tenantId, id);
  if (row === undefined) throw new Refusal('NOT_FOUND', `There is no such ${noun}.`, field);
  return row;
}

/** A row that another one is to point at: it stays as it is until the transaction ends. */
export const holdRow = <Row>(tx: RawClient, name: RowName<Row>): Promise<Row> => select(tx, name, 'SHARE');

/**
 * The row that an input's `id` names, locked: whoever else wants to change it waits.
 * @throws Refusal NOT_FOUND, or CONFLICT when it is not at the input's `expectedVersion`.
 */
export async function lockTarget<Row extends { readonly version: number }>(
  tx: RawClient,
  {
    input,
    ...name
  }: Omit<RowName<Row>, 'id' | 'field'> & {
    readonly input: { readonly id: string; readonly expectedVersion?: number | null | undefined };
  },
): Promise<Row> {
  const row = await select(tx, { ...name, id: input.id, field: 'id' }, 'UPDATE');
  expectVersion(row, input.expectedVersion);
  return row;
}
