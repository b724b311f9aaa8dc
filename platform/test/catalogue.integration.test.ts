import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { embeddedDatabase } from '../../prisma/provision.ts';
import { endPool } from '../src/database/pools.ts';
import { domains } from '../src/domains.ts';

import { superuserPool } from './kit.ts';

const SCRATCH = 'metatron_scratch_catalogue';
/** Every role of the platform but the owner of its databases. */
const APP_ROLE = "r.rolname LIKE 'metatron\\_%' AND r.rolname <> 'metatron_owner'";
const IN_PUBLIC = "c.relnamespace = 'public'::regnamespace";

interface Sweep {
  readonly title: string;
  /** Finds what offends, by name. */
  readonly query: string;
  /** What the query must find: a sweep that finds nothing may be one that cannot. */
  readonly offence: string;
  readonly found: readonly string[];
}

const sweeps: readonly Sweep[] = [
  {
    // The outboxes have no policies: the relay alone reads them, across tenants.
    title: 'every table with a tenant has row security, forced, or is a relay’s alone',
    query: `SELECT DISTINCT c.relname AS name FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
              JOIN pg_roles r ON ${APP_ROLE} AND NOT (r.rolname LIKE '%\\_sync\\_rights' AND c.relname LIKE 'sync\\_outbox%')
             WHERE ${IN_PUBLIC} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
               AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE'))`,
    offence: `CREATE TABLE open (tenant_id text); GRANT SELECT (tenant_id) ON open TO metatron_crm_client_rights;
              CREATE TABLE unforced (tenant_id text); ALTER TABLE unforced ENABLE ROW LEVEL SECURITY;
              GRANT DELETE ON unforced TO metatron_crm_sync_rights`,
    found: ['open', 'unforced'],
  },
  {
    title: 'nobody reads a partition past its parent',
    query: `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_roles r ON ${APP_ROLE}
             WHERE ${IN_PUBLIC} AND c.relkind IN ('r', 'p') AND c.relispartition
               AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE'))`,
    offence: `CREATE TABLE whole (n int) PARTITION BY LIST (n); CREATE TABLE part PARTITION OF whole DEFAULT;
              GRANT SELECT ON part TO metatron_crm_client_rights`,
    found: ['part'],
  },
  {
    title: 'nobody but the owner owns, empties or refers to a table, or makes one',
    query: `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_roles r ON ${APP_ROLE}
             WHERE ${IN_PUBLIC} AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
               AND (c.relowner = r.oid OR (c.relkind <> 'S' AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')))
             UNION ALL SELECT DISTINCT nspname FROM pg_namespace n JOIN pg_roles r ON ${APP_ROLE}
             WHERE nspname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, 'CREATE')`,
    offence: `CREATE SCHEMA theirs; GRANT CREATE ON SCHEMA theirs TO metatron_crm_client; CREATE TABLE emptied (n int);
              GRANT TRUNCATE ON emptied TO metatron_crm_client_rights; GRANT CREATE ON SCHEMA public TO metatron_crm_service_rights;
              CREATE TABLE owned (n int); ALTER TABLE owned OWNER TO metatron_crm_service_rights`,
    found: ['emptied', 'owned', 'public', 'theirs'],
  },
  {
    title: 'no role dodges row security, is a superuser or makes roles or databases',
    query: `SELECT rolname AS name FROM pg_roles r
             WHERE ${APP_ROLE} AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreatedb OR rolcreaterole OR rolinherit)`,
    offence: 'CREATE ROLE metatron_scratch_dodger NOINHERIT BYPASSRLS; CREATE ROLE metatron_scratch_heir',
    found: ['metatron_scratch_dodger', 'metatron_scratch_heir'],
  },
  {
    title: 'no role is a member of a role that reads or writes everything',
    query: `SELECT r.rolname AS name FROM pg_roles r WHERE ${APP_ROLE}
               AND EXISTS (SELECT FROM pg_roles p WHERE p.rolname LIKE 'pg\\_%' AND pg_has_role(r.oid, p.oid, 'MEMBER'))`,
    offence: 'CREATE ROLE metatron_scratch_reader NOINHERIT; GRANT pg_read_all_data TO metatron_scratch_reader',
    found: ['metatron_scratch_reader'],
  },
  {
    title: 'views have the rights of whoever reads them, and nothing is materialised past row security',
    query: `SELECT c.relname AS name FROM pg_class c WHERE ${IN_PUBLIC}
               AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false))`,
    offence: 'CREATE VIEW owners AS SELECT 1 AS n; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS n',
    found: ['kept', 'owners'],
  },
  {
    title: 'functions of the owner fix their search path, temporary objects last, and are not open to everyone',
    query: `SELECT proname AS name FROM pg_proc p
             WHERE pronamespace = 'public'::regnamespace AND prosecdef
               AND (NOT coalesce(proconfig::text ~ 'search_path=[a-z_, ]*pg_temp"', false)
                    OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0))`,
    offence: `CREATE FUNCTION unfixed() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; REVOKE ALL ON FUNCTION unfixed FROM PUBLIC;
              CREATE FUNCTION callable() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT 1'`,
    found: ['callable', 'unfixed'],
  },
  {
    title: 'nobody enters or makes temporary tables unasked',
    query: `SELECT privilege_type AS name FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
             WHERE datname = current_database() AND (grantee = 0 OR privilege_type = 'TEMPORARY' AND grantee <> datdba)`,
    offence: 'SELECT 1',
    found: ['CONNECT', 'TEMPORARY'],
  },
];

async function sweep(database: string, { query }: Sweep, before: string): Promise<string[]> {
  const pool = superuserPool(database);
  try {
    await pool.query(`BEGIN; ${before}`);
    const { rows } = await pool.query<{ name: string }>(query);
    return rows.map(({ name }) => name).sort();
  } finally {
    await pool.query('ROLLBACK');
    await endPool(pool);
  }
}

async function asSuperuser(statement: string): Promise<void> {
  const pool = superuserPool('postgres');
  await pool.query(statement).finally(() => endPool(pool));
}

describe('threat 24: row security dodged', () => {
  beforeAll(() => asSuperuser(`CREATE DATABASE ${SCRATCH}`));
  afterAll(() => asSuperuser(`DROP DATABASE ${SCRATCH} WITH (FORCE)`));

  describe.each(sweeps)('$title', (one) => {
    test.each(domains)('in %s', async (domain) => {
      expect(await sweep(embeddedDatabase(domain), one, 'SELECT 1')).toEqual([]);
    });

    test('and who does is found', async () => {
      expect(await sweep(SCRATCH, one, one.offence)).toEqual(one.found);
    });
  });
});
