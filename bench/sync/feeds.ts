/** Source tables that the bench writes to, row by numbered row, so that ids ascend as those of version 7 do. */
import type { Domain } from '@metatron/platform/domains';
import type pg from 'pg';

export interface Feed {
  readonly domain: Domain;
  readonly table: string;
  /** Column → SQL, beside the tenant and the id. */
  readonly values: Readonly<Record<string, string>>;
  /** A query on cdx: how many of its rows cdx knows of. */
  readonly known: string;
}

const PIPELINE = '01890000-0000-7000-8000-000000000000';

/** Summed up in cdx. */
export const leads: Feed = {
  domain: 'crm',
  table: 'leads',
  values: {
    pipeline_id: `'${PIPELINE}'`,
    title: "'A lead of ordinary length'",
    value: '100.5',
    currency: "'EUR'",
    stage: "'new'",
    probability: '10',
  },
  known: 'SELECT sum(total_leads)::integer AS n FROM crm_summary',
};

/** Shown in cdx row by row. */
export const authEvents: Feed = {
  domain: 'auth',
  table: 'auth_events',
  values: {
    event_type: "'login'",
    ip_address: "'192.0.2.7'",
    user_agent: "'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'",
  },
  known: 'SELECT count(*)::integer AS n FROM auth_events',
};

export const TENANTS = 10;

export const tenantName = (index: number): string => `tenant-${String(index)}`;

/** What `bench_id` gives in SQL. */
export const idOf = (number: number): string => {
  const digits = number.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
};

/** An INSERT of rows whose tenant and number are SQL; `from` gives more than one. */
export const insertRows = ({ table, values }: Feed, tenant: string, number: string, from = ''): string =>
  `INSERT INTO ${table} (tenant_id, id, ${Object.keys(values).join(', ')})
  SELECT ${tenant}, bench_id(${number}), ${Object.values(values).join(', ')} ${from}`;

const ID_FUNCTION = `CREATE FUNCTION bench_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex(n), 12, '0') || '70008000000000000000')::uuid $$`;

/** A tenant's lead stands in its pipeline. */
const pipelines = (tenants: number): string =>
  `INSERT INTO pipelines (tenant_id, id, name, stages, is_default)
   SELECT 'tenant-' || n, '${PIPELINE}', 'Sales', '[{"id": "1", "name": "new", "order": 1, "probability": 10, "kind": "open"}]', true
   FROM generate_series(0, ${tenants - 1}) n`;

/** A backlog's statements: `size` rows each, every one for the next tenant, committed a hundred at a time. */
const backlog = (feed: Feed): string => `CREATE PROCEDURE bench_backlog(first bigint, last bigint, size integer)
LANGUAGE plpgsql AS $$
DECLARE
  statements bigint := 0;
  tenant text;
BEGIN
  WHILE first <= last LOOP
    tenant := 'tenant-' || statements % ${TENANTS};
    ${insertRows(feed, 'tenant', 'n', 'FROM generate_series(first, least(last, first + size - 1)) AS n')};
    first := first + size;
    statements := statements + 1;
    IF statements % 100 = 0 THEN COMMIT; END IF;
  END LOOP;
END $$`;

/** Makes a domain's database ready to be written to by number. */
export async function prepareFeed(sql: pg.Pool, feed: Feed, tenants = TENANTS): Promise<void> {
  await sql.query(ID_FUNCTION);
  if (feed === leads) await sql.query(pipelines(tenants));
  await sql.query(backlog(feed));
}

const WRITERS = 2;

/** Writes `rows` rows from `first` on in statements of `size`, and one row after all of them. */
export async function writeBacklog(
  sql: pg.Pool,
  feed: Feed,
  { first, rows, size }: { readonly first: number; readonly rows: number; readonly size: number },
): Promise<void> {
  const share = rows / WRITERS;
  await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) =>
      sql.query('CALL bench_backlog($1, $2, $3)', [first + writer * share, first + (writer + 1) * share - 1, size]),
    ),
  );
  await sql.query(insertRows(feed, '$1', '$2::bigint'), [tenantName(0), first + rows]);
}

/** Lets the table's changes be captured, or not: the table without sync. */
export async function capture(sql: pg.Pool | pg.ClientBase, { table }: Feed, isOn: boolean): Promise<void> {
  const { rows } = await sql.query<{ name: string }>(
    "SELECT tgname AS name FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname LIKE 'sync_capture_%'",
    [table],
  );
  if (rows.length === 0) throw new Error(`${table} has no triggers`);
  const actions = rows.map(({ name }) => `${isOn ? 'ENABLE ALWAYS' : 'DISABLE'} TRIGGER ${name}`);
  await sql.query(`ALTER TABLE ${table} ${actions.join(', ')}`);
}
