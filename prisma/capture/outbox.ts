/** The tables that the triggers write to and the relay reads. */
import { rightsRole } from '@metatron/platform/access/databaseRoles';

import type { AggregateSource, Capture, Measure, RowSource } from './declare.ts';
import { deltasOutbox, EPOCH_TABLE, keysOutbox, loweredColumn } from './names.ts';

const HEAD = [
  'txid xid8 NOT NULL DEFAULT pg_current_xact_id()',
  'at timestamptz NOT NULL DEFAULT clock_timestamp()',
  'tenant_id varchar(50) NOT NULL',
];

function measureColumns(name: string, { kind }: Measure): string[] {
  switch (kind) {
    case 'sum':
      return [`${name} bigint NOT NULL DEFAULT 0`];
    case 'money':
      return [`${name} numeric NOT NULL DEFAULT 0`];
    case 'max':
      return [`${name} timestamptz`, `${loweredColumn(name)} boolean NOT NULL DEFAULT false`];
  }
}

function createOutbox(name: string, columns: readonly string[]): string {
  return `CREATE TABLE ${name} (\n  ${[...HEAD, ...columns].join(',\n  ')}\n);\nCREATE INDEX ${name}_txid ON ${name} (txid);`;
}

function createDeltas({ table, currency, measures }: AggregateSource): string {
  const columns = Object.entries(measures).flatMap(([name, measure]) => measureColumns(name, measure));
  return createOutbox(deltasOutbox(table), currency === undefined ? columns : ['currency varchar(3)', ...columns]);
}

const createKeys = ({ table }: RowSource): string => createOutbox(keysOutbox(table), ['ids uuid[]']);

/** Every outbox table of a domain, its audit entries apart: they are their own outbox. */
export const outboxTables = ({ aggregates, rows }: Capture): string[] => [
  ...aggregates.map(({ table }) => deltasOutbox(table)),
  ...rows.map(({ table }) => keysOutbox(table)),
];

export const createOutboxes = ({ aggregates, rows }: Capture): string[] => [
  ...aggregates.map(createDeltas),
  ...rows.map(createKeys),
];

/**
 * The outbox's identity, and the only way to empty it: what is emptied is written down in the same
 * transaction, so that a relay whose checkpoint is older (cdx was restored) knows that it must seed.
 */
export function createEpoch(capture: Capture): string {
  const purge = outboxTables(capture).map(
    (
      name,
    ) => `  DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;`,
  );
  return `CREATE TABLE ${EPOCH_TABLE} (
  is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
  purged_below xid8 NOT NULL DEFAULT '0'
);
INSERT INTO ${EPOCH_TABLE} DEFAULT VALUES;

CREATE FUNCTION sync_outbox_purge(up_to xid8, row_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  below   CONSTANT xid8 := least(up_to, pg_snapshot_xmin(pg_current_snapshot()));
  deleted bigint;
  total   bigint := 0;
BEGIN
  UPDATE ${EPOCH_TABLE} SET purged_below = greatest(purged_below, below);
${purge.join('\n')}
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO ${rightsRole(capture.domain, 'sync')};`;
}
