import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { applyMigrations, migrationsOf } from '../../prisma/migrate.ts';
import { embeddedDatabase } from '../../prisma/provision.ts';
import { endPool } from '../src/database/pools.ts';
import { domains } from '../src/domains.ts';

import { superuserPool } from './kit.ts';

const SCRATCH = 'metatron_scratch_migrate';

async function select<Row extends object>(database: string, text: string): Promise<Row[]> {
  const pool = superuserPool(database);
  try {
    return (await pool.query<Row>(text)).rows;
  } finally {
    await endPool(pool);
  }
}

const migration = (path: string, value: string) => ({
  path,
  migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } },
});

describe('applyMigrations', () => {
  const good = migration(
    '20270101000000_good',
    'CREATE TABLE kept (n INTEGER PRIMARY KEY); INSERT INTO kept VALUES (1);',
  );
  const apply = async (...migrations: ReturnType<typeof migration>[]): Promise<readonly string[]> => {
    const pool = superuserPool(SCRATCH, '-c role=metatron_owner');
    try {
      return await applyMigrations('crm', pool, migrations);
    } finally {
      await endPool(pool);
    }
  };
  const tables = () =>
    select<{ name: string }>(
      SCRATCH,
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    );

  beforeAll(async () => {
    await select('postgres', `DROP DATABASE IF EXISTS ${SCRATCH}`);
    await select('postgres', `CREATE DATABASE ${SCRATCH} OWNER metatron_owner`);
    expect(await apply(good)).toEqual([good.path]);
  });

  afterAll(async () => {
    await select('postgres', `DROP DATABASE ${SCRATCH} WITH (FORCE)`);
  });

  test('applies nothing twice', async () => {
    expect(await apply(good)).toEqual([]);
  });

  test('a script that fails while it runs changes nothing and is told by its statement', async () => {
    const broken = migration(
      '20270102000000_broken',
      [
        'CREATE TABLE half (n INTEGER);',
        "CREATE FUNCTION twice(n INTEGER) RETURNS INTEGER LANGUAGE sql AS $$ SELECT n * 2; $$; -- ';'",
        '/* a row; that is there already */',
        'INSERT INTO kept',
        '  VALUES (1);',
        'DROP TABLE kept;',
      ].join('\n'),
    );
    await expect(apply(good, broken)).rejects.toThrow(
      'The crm database could not be migrated (20270102000000_broken): duplicate key value violates unique constraint "kept_pkey", at line 4: INSERT INTO kept\n' +
        '  It is as it was before; mend the script and run `npm run migrate` again.',
    );
    expect(await tables()).toEqual([{ name: '_prisma_migrations' }, { name: 'kept' }]);
  });

  test('a script that cannot be read is told by the place', async () => {
    const broken = migration(
      '20270102000000_broken',
      'CREATE TABLE half (n INTEGER);\nCREATE TABEL other (n INTEGER);',
    );
    await expect(apply(good, broken)).rejects.toThrow('at line 2: CREATE TABEL other (n INTEGER);');
  });

  test('runs again once it is mended, under the same name', async () => {
    const mended = migration('20270102000000_broken', 'CREATE TABLE half (n INTEGER);');
    expect(await apply(good, mended)).toEqual([mended.path]);
    expect(await tables()).toEqual([{ name: '_prisma_migrations' }, { name: 'half' }, { name: 'kept' }]);
  });
});

describe('the catalogue of every database', () => {
  test.each(domains)('%s: every migration is applied', async (domain) => {
    const rows = await select<{ name: string }>(
      embeddedDatabase(domain),
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    );
    expect(rows.map(({ name }) => name)).toEqual(migrationsOf(domain).map(({ path }) => path));
  });

  // The outboxes are read across tenants by the relay, and by nobody else.
  test.each(domains)(
    '%s: every table with a tenant has row security, forced, or is the relay’s alone',
    async (domain) => {
      const offenders = await select(
        embeddedDatabase(domain),
        `SELECT c.relname FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
          AND EXISTS (SELECT FROM pg_roles r
                       WHERE r.rolname LIKE 'metatron\\_%'
                         AND r.rolname NOT IN ('metatron_owner', 'metatron_${domain}_sync_rights')
                         AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
                              OR has_table_privilege(r.oid, c.oid, 'DELETE')))`,
      );
      expect(offenders).toEqual([]);
    },
  );

  test.each(domains)('%s: no login reads a partition past its parent', async (domain) => {
    const offenders = await select(
      embeddedDatabase(domain),
      `SELECT c.relname, r.rolname FROM pg_class c CROSS JOIN pg_roles r
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relispartition
          AND r.rolname LIKE 'metatron\\_%' AND r.rolname <> 'metatron_owner'
          AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`,
    );
    expect(offenders).toEqual([]);
  });

  test.each(domains)('%s: no service owns, truncates or makes anything', async (domain) => {
    const offenders = await select(
      embeddedDatabase(domain),
      `SELECT c.relname, r.rolname FROM pg_class c CROSS JOIN pg_roles r
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
          AND r.rolname LIKE 'metatron\\_%' AND r.rolname <> 'metatron_owner'
          AND (c.relowner = r.oid OR (c.relkind <> 'v' AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')))
       UNION ALL
       SELECT 'public', r.rolname FROM pg_roles r
        WHERE r.rolname LIKE 'metatron\\_%' AND r.rolname <> 'metatron_owner'
          AND has_schema_privilege(r.oid, 'public', 'CREATE')`,
    );
    expect(offenders).toEqual([]);
  });

  test.each(domains)('%s: views check the caller, definer functions fix their search path', async (domain) => {
    const offenders = await select(
      embeddedDatabase(domain),
      `SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
          AND NOT coalesce(reloptions::text ~ 'security_invoker=(true|on)', false)
       UNION ALL
       SELECT proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prosecdef
          AND NOT coalesce(proconfig::text ~ 'search_path=', false)`,
    );
    expect(offenders).toEqual([]);
  });

  test('no role of the platform is a superuser or dodges row security, and none but the owner makes roles', async () => {
    const offenders = await select(
      'postgres',
      `SELECT rolname FROM pg_roles
        WHERE rolname LIKE 'metatron\\_%'
          AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreatedb OR (rolcreaterole AND rolname <> 'metatron_owner'))`,
    );
    expect(offenders).toEqual([]);
  });

  test('PUBLIC cannot connect to any of the databases', async () => {
    const rows = await select<{ name: string; open: boolean }>(
      'postgres',
      `SELECT datname AS name, EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) AS open
         FROM pg_database WHERE datname IN (${domains.map((domain) => `'${embeddedDatabase(domain)}'`).join(', ')})`,
    );
    expect(rows).toHaveLength(domains.length);
    expect(rows.filter(({ open }) => open)).toEqual([]);
  });
});
