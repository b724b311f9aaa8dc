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
});
