/**
 * The triggers that write to the outboxes: per statement, with transition tables. What is new counts
 * for and what is old counts against, added up; the two are never joined, because a plan cached
 * from small statements would join a large one row by row. A single row is put in or taken out without adding
 * up, which would cost more than all the rest.
 */
import { valueOf, type AggregateSource, type Capture, type Measure, type RowSource } from './declare.ts';
import { captureFunction, deltasOutbox, EVERY_TENANT, keysOutbox, loweredColumn } from './names.ts';
import { capturedTables, outboxesOf } from './outbox.ts';

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

/** The operations whose rows are all on one side. */
type OfOne = Exclude<Operation, 'UPDATE'>;
const ROWS_OF_ONE: Readonly<Record<OfOne, string>> = { INSERT: 'new_rows', DELETE: 'old_rows' };

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

const groupOf = ({ currency }: AggregateSource): string[] => [
  'tenant_id',
  ...(currency === undefined ? [] : ['currency']),
];

/** The same as the rows of a captured table have them. */
const ownGroupOf = ({ currency }: AggregateSource): string[] => [
  'tenant_id',
  ...(currency === undefined ? [] : [currency === 'currency' ? currency : `${currency} AS currency`]),
];

function insertDeltas(source: AggregateSource, operation: Operation): string {
  const { table, measures } = source;
  const [group, own] = [groupOf(source), ownGroupOf(source)];
  const values = Object.entries(measures).map(([name, measure]) => `${valueOf(measure)} AS ${name}`);
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

/** What the only row of a statement adds or takes away. */
function deltaOfOne(name: string, { kind }: Measure, operation: OfOne): Delta {
  if (kind !== 'max')
    return { columns: { [name]: operation === 'INSERT' ? name : `-${name}` }, changed: `${name} <> 0` };
  const changed = `${name} IS NOT NULL`;
  return { columns: operation === 'INSERT' ? { [name]: name } : { [loweredColumn(name)]: changed }, changed };
}

function insertDeltaOfOne(source: AggregateSource, operation: OfOne): string {
  const { table, measures } = source;
  const values = Object.entries(measures).map(([name, measure]) => `${valueOf(measure)} AS ${name}`);
  const deltas = Object.entries(measures).map(([name, measure]) => deltaOfOne(name, measure, operation));
  const columns = Object.assign({}, ...deltas.map((one) => one.columns)) as Delta['columns'];
  // OFFSET 0: else the planner writes each measure a second time into the condition, and preparing them is what costs.
  return `      INSERT INTO ${deltasOutbox(table)} (${[...groupOf(source), ...Object.keys(columns)].join(', ')})
      SELECT ${[...groupOf(source), ...Object.values(columns)].join(', ')}
      FROM (
        SELECT ${[...ownGroupOf(source), ...values].join(',\n          ')}
        FROM ${ROWS_OF_ONE[operation]} OFFSET 0
      ) AS changed
      WHERE ${deltas.map(({ changed }) => changed).join(' OR ')};`;
}

function insertKeyOfOne({ table, onlyTenant }: RowSource, operation: OfOne): string {
  const filter = onlyTenant === undefined ? '' : ` WHERE tenant_id = '${onlyTenant}'`;
  return `      INSERT INTO ${keysOutbox(table)} (tenant_id, ids)
      SELECT tenant_id, ARRAY[id] FROM ${ROWS_OF_ONE[operation]}${filter};`;
}

function insertKeys({ table, onlyTenant }: RowSource, operation: Operation): string {
  const filter = onlyTenant === undefined ? '' : ` WHERE tenant_id = '${onlyTenant}'`;
  // Unsorted and with the ids that an update names twice: the relay takes each once.
  const touched = TRANSITIONS[operation].map(({ name }) => `SELECT tenant_id, id FROM ${name}${filter}`);
  return `    INSERT INTO ${keysOutbox(table)} (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (${touched.join(' UNION ALL ')}) AS changes
    GROUP BY tenant_id;`;
}

/**
 * What was pointed to was there before the rows and is there after them: only an update changes them. Which rows they
 * are, the relay finds: one that another transaction is about to point there cannot be seen from here.
 */
function insertFollowers({ table, follows }: RowSource): string {
  if (follows === undefined) return '';
  const { column } = follows;
  return `    INSERT INTO ${keysOutbox(table)} (tenant_id, followed)
    SELECT tenant_id, array_agg(id)
    FROM (
      SELECT tenant_id, id FROM (
        SELECT tenant_id, id, ${column} FROM new_rows UNION ALL SELECT tenant_id, id, ${column} FROM old_rows
      ) AS changes
      GROUP BY tenant_id, id HAVING min(${column}) IS DISTINCT FROM max(${column})
    ) AS changed
    GROUP BY tenant_id;`;
}

function createFunction(capture: Capture, table: string): string {
  const aggregates = capture.aggregates.filter((source) => source.table === table);
  const rows = capture.rows.filter((source) => source.table === table);
  const followers = capture.rows.filter((source) => source.follows?.table === table);
  const ofMany = (operation: Operation): string =>
    [
      ...aggregates.map((source) => insertDeltas(source, operation)),
      ...rows.map((source) => insertKeys(source, operation)),
      ...(operation === 'UPDATE' ? followers.map(insertFollowers) : []),
    ].join('\n') || '    NULL;';
  const ofAny = (operation: OfOne): string => {
    if (aggregates.length + rows.length === 0) return ofMany(operation);
    const ofOne = [
      ...aggregates.map((source) => insertDeltaOfOne(source, operation)),
      ...rows.map((source) => insertKeyOfOne(source, operation)),
    ];
    return `    PERFORM FROM ${ROWS_OF_ONE[operation]} OFFSET 1;
    IF NOT FOUND THEN
${ofOne.join('\n')}
      RETURN NULL;
    END IF;
${ofMany(operation)}`;
  };
  const truncated = outboxesOf(capture, table).map(
    (outbox) => `    INSERT INTO ${outbox} (tenant_id) VALUES ('${EVERY_TENANT}');`,
  );
  const name = `${captureFunction(table)}()`;
  // A commit that a crash takes back after the relay has read it would be lost in cdx for ever.
  return `CREATE FUNCTION ${name} RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
${ofAny('INSERT')}
  ELSIF TG_OP = 'UPDATE' THEN
${ofMany('UPDATE')}
  ELSIF TG_OP = 'DELETE' THEN
${ofAny('DELETE')}
  ELSE
${truncated.join('\n')}
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION ${name} FROM PUBLIC;`;
}

/** The trigger function of every captured table. */
export const createFunctions = (capture: Capture): string[] =>
  capturedTables(capture).map((table) => createFunction(capture, table));
