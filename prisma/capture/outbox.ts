/** The tables that the triggers write to and the relay reads. */
import type { AggregateSource, Capture, Measure } from './declare.ts';
import { deltasOutbox, EPOCH_TABLE, keysOutbox, loweredColumn, SLOT_SPAN_BITS, slotOf, SLOTS } from './names.ts';

const HEAD = [
  'txid xid8 NOT NULL DEFAULT pg_current_xact_id()',
  `slot smallint NOT NULL DEFAULT (txid_current() >> ${String(SLOT_SPAN_BITS)}) & 1`,
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
  const slots = SLOTS.map(
    (slot) => `CREATE TABLE ${slotOf(name, slot)} PARTITION OF ${name} FOR VALUES IN (${String(slot)});`,
  );
  return [
    `CREATE TABLE ${name} (\n  ${[...HEAD, ...columns].join(',\n  ')}\n) PARTITION BY LIST (slot);`,
    `CREATE INDEX ${name}_txid ON ${name} (txid);`,
    ...slots,
  ].join('\n');
}

function createDeltas({ table, currency, measures }: AggregateSource): string {
  const columns = Object.entries(measures).flatMap(([name, measure]) => measureColumns(name, measure));
  return createOutbox(deltasOutbox(table), currency === undefined ? columns : ['currency varchar(3)', ...columns]);
}

/** The outboxes that a captured table writes to. */
export const outboxesOf = ({ aggregates, rows }: Capture, table: string): string[] => [
  ...aggregates.filter((source) => source.table === table).map(() => deltasOutbox(table)),
  ...rows
    .filter((source) => source.table === table || source.follows?.table === table)
    .map((source) => keysOutbox(source.table)),
];

/** Every table that is captured, each once. */
export const capturedTables = ({ aggregates, rows }: Capture): string[] => [
  ...new Set([
    ...aggregates.map(({ table }) => table),
    ...rows.flatMap(({ table, follows }) => [table, ...(follows === undefined ? [] : [follows.table])]),
  ]),
];

/** Every outbox table of a domain, its audit entries apart: they are their own outbox. */
export const outboxTables = ({ aggregates, rows }: Capture): string[] => [
  ...aggregates.map(({ table }) => deltasOutbox(table)),
  ...rows.map(({ table }) => keysOutbox(table)),
];

export const createOutboxes = ({ aggregates, rows }: Capture): string[] => [
  ...aggregates.map(createDeltas),
  ...rows.map(({ table, follows }) =>
    createOutbox(keysOutbox(table), follows === undefined ? ['ids uuid[]'] : ['ids uuid[]', 'followed uuid[]']),
  ),
];

/** The outboxes' identity: a relay whose checkpoint is of another one must take everything anew. */
export const createEpoch = (): string => `CREATE TABLE ${EPOCH_TABLE} (
  is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
  purged_below xid8 NOT NULL DEFAULT '0'
);
INSERT INTO ${EPOCH_TABLE} DEFAULT VALUES;`;

/**
 * The only way to empty an outbox: what is emptied is written down in the same transaction, so that a
 * relay whose checkpoint is older (cdx was restored) notices. Whoever has written to a slot holds its
 * lock until the end of the transaction: that the lock is free says that nothing uncommitted is in it.
 *
 * Rows of transactions that have not begun came with a dump of another cluster: they would be counted
 * when their ids are given out here, and go first.
 */
export function createRotate(capture: Capture): string {
  const tables = outboxTables(capture);
  const slots = tables.flatMap((outbox) => SLOTS.map((slot) => slotOf(outbox, slot)));
  return `CREATE FUNCTION sync_outbox_rotate(up_to xid8) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  outbox  text;
  slot    text;
  newest  xid8;
  emptied integer := 0;
BEGIN
  FOREACH outbox IN ARRAY ARRAY[${tables.map((one) => `'${one}'`).join(', ')}]::text[] LOOP
    EXECUTE format('DELETE FROM %I WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())', outbox);
  END LOOP;
  FOREACH slot IN ARRAY ARRAY[${slots.map((one) => `'${one}'`).join(', ')}]::text[] LOOP
    EXECUTE format('SELECT max(txid) FROM %I', slot) INTO newest;
    CONTINUE WHEN newest IS NULL OR newest >= up_to;
    BEGIN
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE NOWAIT', slot);
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;
    END;
    EXECUTE format('SELECT max(txid) FROM %I', slot) INTO newest;
    CONTINUE WHEN newest >= up_to;
    UPDATE ${EPOCH_TABLE} SET purged_below = greatest(purged_below, (newest::text::bigint + 1)::text::xid8);
    EXECUTE format('TRUNCATE %I', slot);
    emptied := emptied + 1;
  END LOOP;
  RETURN emptied;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_rotate(xid8) FROM PUBLIC;`;
}
