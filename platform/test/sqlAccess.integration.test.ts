import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import { loginRole, privilegeClasses, rightsRole } from '../src/access/databaseRoles.ts';
import { endPool } from '../src/database/pools.ts';
import { domains, type Domain } from '../src/domains.ts';

import { passwords, runningCluster, superuserPool } from './kit.ts';
import { admits, columnsFor, crossesTenants, isOfNoTenant, type Table, type Verb, type Who } from './sqlRights.ts';

const logins = domains.flatMap((service) => privilegeClasses.map((privilege): Who => ({ service, privilege })));
const nameOf = ({ service, privilege }: Who): string => loginRole(service, privilege);
const quoted = (columns: readonly string[]): string => columns.map((column) => pg.escapeIdentifier(column)).join(', ');

/** A real session of a login in a database. */
async function logIn(database: Domain, who: Who): Promise<pg.Client> {
  const { host, port } = runningCluster();
  const password = passwords()[who.service];
  const client = new pg.Client({ host, port, database: `metatron_${database}`, user: nameOf(who), password });
  await client.connect();
  return client;
}

/** Every table and view of a database; partitions are the sweep's (catalogue.integration.test.ts). */
async function tablesOf(database: Domain): Promise<Table[]> {
  const pool = superuserPool(`metatron_${database}`);
  try {
    const { rows } = await pool.query<Table>(
      `SELECT c.relname AS name, c.relkind = 'v' AS "isView", array_agg(a.attname::text ORDER BY a.attnum) AS columns,
              array_remove(array_agg(CASE WHEN a.attgenerated <> '' THEN a.attname::text END), NULL) AS generated
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
        GROUP BY c.oid ORDER BY c.relname`,
    );
    return rows;
  } finally {
    await endPool(pool);
  }
}

/** A statement that needs a right on just these columns, and touches no row; without columns, on any at all. */
function statement(table: string, verb: Verb, columns: readonly string[]): string {
  switch (verb) {
    case 'SELECT':
      return `SELECT ${quoted(columns)} FROM ${table} WHERE false`;
    case 'INSERT':
      return columns.length === 0
        ? `INSERT INTO ${table} SELECT WHERE false`
        : `INSERT INTO ${table} (${quoted(columns)}) SELECT ${columns.map(() => 'NULL').join(', ')} WHERE false`;
    case 'UPDATE':
      return `UPDATE ${table} SET ${columns.map((column) => `${quoted([column])} = DEFAULT`).join(', ')} WHERE false`;
    case 'DELETE':
      return `DELETE FROM ${table} WHERE false`;
    case 'TRUNCATE':
      return `BEGIN; TRUNCATE ${table}; ROLLBACK`;
    case 'REFERENCES':
      return `DO $$ BEGIN IF NOT has_any_column_privilege('${table}', 'REFERENCES') THEN RAISE insufficient_privilege; END IF; END $$`;
  }
}

async function works(client: pg.Client, text: string): Promise<boolean> {
  try {
    await client.query(text);
    return true;
  } catch (error) {
    if (text.startsWith('BEGIN')) await client.query('ROLLBACK');
    if ((error as pg.DatabaseError).code === '42501') return false;
    throw new Error(`${text}: ${(error as Error).message}`);
  }
}

/** What is to work and what is not: together they say of each column whether the verb is open on it. */
function attempts(
  table: Table,
  verb: Verb,
  allowed: readonly string[],
): { readonly text: string; readonly works: boolean }[] {
  const name = pg.escapeIdentifier(table.name);
  const denied = table.columns.filter((column) => !allowed.includes(column));
  const written = verb === 'INSERT' ? allowed.filter((column) => !table.generated.includes(column)) : allowed;
  const onRows = verb === 'DELETE' || verb === 'TRUNCATE' || verb === 'REFERENCES';
  if (onRows) return [{ text: statement(name, verb, []), works: allowed.length > 0 }];
  const ofAll = allowed.length === 0 ? [] : [{ text: statement(name, verb, written), works: true }];
  // A SELECT or INSERT without columns asks for a right on any; an UPDATE cannot be written so.
  if (allowed.length === 0 && verb !== 'UPDATE') return [{ text: statement(name, verb, []), works: false }];
  return [...ofAll, ...denied.map((column) => ({ text: statement(name, verb, [column]), works: false }))];
}

const verbs: readonly Verb[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES'];
/** Nothing is written through a view; some could not be, whoever asked. */
const verbsOn = ({ isView }: Table): readonly Verb[] => (isView ? ['SELECT', 'REFERENCES'] : verbs);

describe.each(domains)('the %s database', (database) => {
  const admitted = logins.filter((who) => admits(database, who));
  let tables: Table[];

  beforeAll(async () => {
    tables = await tablesOf(database);
  });

  test('admits nobody but those of the matrix', async () => {
    for (const who of logins.filter((login) => !admits(database, login)))
      await expect(logIn(database, who)).rejects.toThrow(
        /permission denied for database|password authentication failed/,
      );
  }, 60_000);

  describe.each(admitted.map((who) => ({ who, name: nameOf(who) })))('to $name', ({ who }) => {
    let client: pg.Client;
    beforeAll(async () => {
      client = await logIn(database, who);
    });
    afterAll(() => client.end());

    test('gives nothing without its context', async () => {
      for (const { name } of tables)
        expect(await works(client, `SELECT FROM public.${pg.escapeIdentifier(name)} WHERE false`)).toBe(false);
    });

    test('gives what the matrix says, table by table and verb by verb, and no more', async () => {
      await client.query(`SET ROLE ${rightsRole(who.service, who.privilege)}`);
      const wrong: string[] = [];
      for (const table of tables)
        for (const verb of verbsOn(table))
          for (const attempt of attempts(table, verb, columnsFor(database, who, table, verb)))
            if ((await works(client, attempt.text)) !== attempt.works)
              wrong.push(`${attempt.works ? 'refused' : 'allowed'}: ${attempt.text}`);
      expect(wrong).toEqual([]);
    }, 60_000);

    test('shows without a tenant the rows of all where the matrix says so, else none', async () => {
      const read = tables.filter(
        (table) => !isOfNoTenant(database, table) && columnsFor(database, who, table, 'SELECT').length > 0,
      );
      await client.query(`SET ROLE ${rightsRole(who.service, who.privilege)}`);
      let filled = 0;
      for (const { name } of read)
        filled += (await client.query(`SELECT FROM ${pg.escapeIdentifier(name)} LIMIT 1`)).rowCount ?? 0;
      if (!crossesTenants(database, who)) expect(filled).toBe(0);
      else expect(filled).toBeGreaterThan(0);
    });

    test('gives no other’s rights', async () => {
      for (const other of logins.filter((login) => nameOf(login) !== nameOf(who)))
        await expect(client.query(`SET ROLE ${rightsRole(other.service, other.privilege)}`)).rejects.toThrow(
          /permission denied to set role|does not exist/,
        );
    });
  });
});
