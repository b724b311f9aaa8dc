/**
 * The triggers that write to the outboxes: per statement, with transition tables. What is new counts
 * for and what is old counts against, added up; the two are never joined, because a plan cached
 * from small statements would join a large one row by row.
 */
import type { AggregateSource, Capture, Measure, RowSource } from './declare.ts';
import { deltasOutbox, EVERY_TENANT, keysOutbox, loweredColumn } from './names.ts';

type Operation = 'INSERT' | 'UPDATE' | 'DELETE';

/** The transition tables of each operation, with the sign that their rows count by. */
const TRANSITIONS: Readonly<Record<Operation, readonly { readonly name: string; readonly sign: 1 | -1 }[]>> = {
  INSERT: [{ name: 'new_rows', sign: 1 }],
  UPDATE: [
    { name: 'new_rows', sign: 1 },
    { name: 'old_rows', sign: -1 },
  ],
  DELETE: [{ name: 'old_rows', sign: -1 }],
};

interface Delta {
  /** Columns of the outbox with what goes into each, over the signed rows of one group. */
  readonly columns: Readonly<Record<string, string>>;
  readonly changed: string;
}

function delta(name: string, { kind }: Measure): Delta {
  if (kind !== 'max') {
    const total = `sum(sign * ${name})`;
    return { columns: { [name]: total }, changed: `${total} <> 0` };
  }
  const added = `max(${name}) FILTER (WHERE sign > 0)`;
  const removed = `max(${name}) FILTER (WHERE sign < 0)`;
  return {
    columns: { [name]: added, [loweredColumn(name)]: `coalesce(${removed} > coalesce(${added}, '-infinity'), false)` },
    changed: `${added} IS DISTINCT FROM ${removed}`,
  };
}

function insertDeltas({ table, currency, measures }: AggregateSource, operation: Operation): string {
  const group = ['tenant_id', ...(currency === undefined ? [] : ['currency'])];
  const own = [
    'tenant_id',
    ...(currency === undefined ? [] : [currency === 'currency' ? currency : `${currency} AS currency`]),
  ];
  const values = Object.entries(measures).map(([name, { value }]) => `${value} AS ${name}`);
  const signed = TRANSITIONS[operation].map(
    ({ name, sign }) =>
      `      SELECT ${String(sign)} AS sign, ${own.join(', ')},\n        ${values.join(',\n        ')}\n      FROM ${name}`,
  );
  const deltas = Object.entries(measures).map(([name, measure]) => delta(name, measure));
  const columns = Object.assign({}, ...deltas.map((one) => one.columns)) as Delta['columns'];
  return `    INSERT INTO ${deltasOutbox(table)} (${[...group, ...Object.keys(columns)].join(', ')})
    SELECT ${[...group, ...Object.values(columns)].join(',\n      ')}
    FROM (
${signed.join('\n      UNION ALL\n')}
    ) AS changes
    GROUP BY ${group.join(', ')}
    HAVING ${deltas.map(({ changed }) => changed).join(' OR ')};`;
}

function insertKeys({ table, where }: RowSource, operation: Operation): string {
  const filter = where === undefined ? '' : ` WHERE ${where}`;
  // Unsorted and with the ids that an update names twice: the relay takes each once.
  const touched = TRANSITIONS[operation].map(({ name }) => `SELECT tenant_id, id FROM ${name}${filter}`);
  return `    INSERT INTO ${keysOutbox(table)} (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (${touched.join(' UNION ALL ')}) AS changes
    GROUP BY tenant_id;`;
}

function createFunction(table: string, aggregates: readonly AggregateSource[], rows: readonly RowSource[]): string {
  const body = (operation: Operation): string =>
    [
      ...aggregates.map((source) => insertDeltas(source, operation)),
      ...rows.map((source) => insertKeys(source, operation)),
    ].join('\n');
  const truncated = [
    ...aggregates.map((source) => deltasOutbox(source.table)),
    ...rows.map((source) => keysOutbox(source.table)),
  ].map((outbox) => `    INSERT INTO ${outbox} (tenant_id) VALUES ('${EVERY_TENANT}');`);
  // A commit that a crash takes back after the relay has read it would be lost in cdx for ever.
  return `CREATE FUNCTION sync_capture_${table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
${body('INSERT')}
  ELSIF TG_OP = 'UPDATE' THEN
${body('UPDATE')}
  ELSIF TG_OP = 'DELETE' THEN
${body('DELETE')}
  ELSE
${truncated.join('\n')}
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_${table}() FROM PUBLIC;`;
}

/** ALWAYS: a session in replication mode changes rows like any other. */
function createTrigger(table: string, operation: Operation | 'TRUNCATE'): string {
  const name = `sync_capture_${operation.toLowerCase()}`;
  const transitions =
    operation === 'TRUNCATE'
      ? []
      : TRANSITIONS[operation].map((one) => `${one.sign > 0 ? 'NEW' : 'OLD'} TABLE AS ${one.name}`);
  const referencing = transitions.length === 0 ? '' : ` REFERENCING ${transitions.join(' ')}`;
  return `CREATE TRIGGER ${name} AFTER ${operation} ON ${table}${referencing}
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_${table}();
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name};`;
}

/** The trigger function and the four triggers of every source table. */
export function createTriggers({ aggregates, rows }: Capture): string[] {
  const tables = [...new Set([...aggregates, ...rows].map(({ table }) => table))];
  return tables.map((table) => {
    const own = <T extends { readonly table: string }>(sources: readonly T[]): T[] =>
      sources.filter((source) => source.table === table);
    const triggers = (['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const).map((operation) =>
      createTrigger(table, operation),
    );
    return [createFunction(table, own(aggregates), own(rows)), ...triggers].join('\n');
  });
}
