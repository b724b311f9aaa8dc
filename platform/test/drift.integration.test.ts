import { afterAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';

import { readCatalogue } from '../src/access/catalogue.ts';
import { findDrift } from '../src/access/drift.ts';
import { grantStatements } from '../src/access/grants.ts';
import { roleStatements } from '../src/access/roles.ts';
import { endPool } from '../src/database/pools.ts';
import { domains, type Domain } from '../src/domains.ts';

import { closeSql, serviceOf, superuserPool } from './kit.ts';
import { dropScratchDatabases, scratchDatabase } from './scratch.ts';

afterAll(async () => {
  await dropScratchDatabases();
  await closeSql();
});

const driftOf = async (domain: Domain, pool: pg.Pool): Promise<string[]> =>
  findDrift(domain, await readCatalogue(pool));

/** Changes a database as a superuser, looks, and takes the change back: the roles are those of the other tests, too. */
async function changed<T>(domain: Domain, change: string, look: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = superuserPool(await scratchDatabase(domain, 'drift_'));
  try {
    await pool.query(`BEGIN; ${change}`);
    return await look(pool);
  } finally {
    await pool.query('ROLLBACK');
    await endPool(pool);
  }
}

const tenantPolicy = "(ALL for PUBLIC where tenant_id = nullif(current_setting('app.tenant_id', true), ''))";

interface Case {
  readonly title: string;
  readonly domain?: Domain;
  readonly change: string;
  readonly told: readonly string[];
  /** Set where only a migration or a line of the matrix helps. */
  readonly beyondRepair?: true;
}

const cases: readonly Case[] = [
  {
    title: 'a right on a table too many',
    change: 'GRANT DELETE, TRUNCATE ON customers TO metatron_billing_service_rights',
    told: ['metatron_billing_service_rights may DELETE, TRUNCATE on customers, the matrix does not say so'],
  },
  {
    title: 'a right on a table too few',
    change: 'REVOKE UPDATE, DELETE ON customers FROM metatron_crm_admin_rights',
    told: ['metatron_crm_admin_rights may not UPDATE, DELETE on customers, the matrix says it may'],
  },
  {
    title: 'a right on a secret column',
    domain: 'auth',
    change: 'GRANT SELECT (password_hash) ON users TO metatron_auth_admin_rights',
    told: ['metatron_auth_admin_rights may SELECT (password_hash) on users, the matrix does not say so'],
  },
  {
    title: 'a table opened to everyone',
    change: 'GRANT SELECT ON leads TO PUBLIC',
    told: ['PUBLIC may SELECT on leads, the matrix does not say so'],
  },
  {
    title: 'a partition opened past its parent',
    domain: 'cms',
    change: 'GRANT SELECT ON content_items_p0 TO metatron_cms_client_rights',
    told: ['metatron_cms_client_rights may SELECT on content_items_p0, the matrix does not say so'],
  },
  {
    title: 'a right given to a login itself',
    change: 'GRANT SELECT ON leads TO metatron_crm_client',
    told: ['metatron_crm_client may SELECT on leads, the matrix does not say so'],
  },
  {
    title: 'a function of the owner opened to everyone',
    domain: 'cdx',
    change: 'GRANT EXECUTE ON FUNCTION audit_log_append TO PUBLIC',
    told: ['PUBLIC may EXECUTE on the function audit_log_append, the matrix does not say so'],
  },
  {
    title: 'a function of the owner closed to a relay',
    domain: 'cdx',
    change: 'REVOKE EXECUTE ON FUNCTION audit_log_append FROM metatron_crm_sync_rights',
    told: ['metatron_crm_sync_rights may not EXECUTE on the function audit_log_append, the matrix says it may'],
  },
  {
    title: 'a schema in which anyone makes tables',
    change: 'GRANT CREATE ON SCHEMA public TO PUBLIC',
    told: ['PUBLIC may CREATE on the schema public, the matrix does not say so'],
  },
  {
    title: 'the job queue’s schema opened to a service',
    domain: 'cdx',
    change: 'GRANT USAGE ON SCHEMA bullmq TO metatron_cdx_service_rights',
    told: ['metatron_cdx_service_rights may USAGE on the schema bullmq, the matrix does not say so'],
  },
  {
    title: 'a database that everyone may enter',
    change: 'GRANT CONNECT ON DATABASE metatron_scratch_drift_crm TO PUBLIC',
    told: ['PUBLIC may CONNECT on the database, the matrix does not say so'],
  },
  {
    title: 'a database that another service may enter',
    change: 'GRANT CONNECT ON DATABASE metatron_scratch_drift_crm TO metatron_cms_service',
    told: ['metatron_cms_service may CONNECT on the database, the matrix does not say so'],
  },
  {
    title: 'a role with attributes that dodge the rest',
    change: 'ALTER ROLE metatron_crm_client BYPASSRLS SUPERUSER INHERIT; ALTER ROLE metatron_crm_client_rights LOGIN',
    told: [
      'the role metatron_crm_client_rights has LOGIN, the matrix does not say so',
      'the role metatron_crm_client has BYPASSRLS, the matrix does not say so',
      'the role metatron_crm_client has INHERIT, the matrix does not say so',
      'the role metatron_crm_client has SUPERUSER, the matrix does not say so',
    ],
  },
  {
    title: 'a login that may take on an admin’s rights',
    change: 'GRANT metatron_crm_admin_rights TO metatron_crm_client',
    told: [
      'metatron_crm_client is a member of metatron_crm_admin_rights (INHERIT FALSE, SET TRUE), the matrix does not say so',
    ],
  },
  {
    title: 'a login that inherits its rights, so that a statement without context has them',
    change: 'GRANT metatron_crm_client_rights TO metatron_crm_client WITH INHERIT TRUE GRANTED BY metatron_owner',
    told: [
      'metatron_crm_client is a member of metatron_crm_client_rights (INHERIT TRUE, SET TRUE), the matrix does not say so',
      'metatron_crm_client is a member of metatron_crm_client_rights (INHERIT FALSE, SET TRUE): the matrix says so, but it is not',
    ],
  },
  {
    title: 'a table that a service owns',
    beyondRepair: true,
    change:
      'GRANT CREATE ON SCHEMA public TO metatron_crm_service; ALTER TABLE pipelines OWNER TO metatron_crm_service',
    told: ['metatron_crm_service owns pipelines'],
  },
  {
    title: 'row security switched off',
    change: 'ALTER TABLE deals DISABLE ROW LEVEL SECURITY',
    told: ['deals has row security off'],
  },
  {
    title: 'row security that its owner dodges',
    change: 'ALTER TABLE deals NO FORCE ROW LEVEL SECURITY',
    told: ['the row security of deals is not forced'],
  },
  {
    title: 'a policy that lets everything through',
    change: 'ALTER POLICY tenant ON deals USING (true)',
    told: [
      'deals has the policy tenant (ALL for PUBLIC where true), the matrix does not say so',
      `deals lacks the policy tenant ${tenantPolicy}, which the matrix asks for`,
    ],
  },
  {
    title: 'a policy that the matrix does not know',
    change: 'CREATE POLICY open ON deals FOR SELECT USING (true)',
    told: ['deals has the policy open (SELECT for PUBLIC where true), the matrix does not say so'],
  },
  {
    title: 'a policy that a client crosses tenants by',
    change: 'ALTER POLICY across_tenants ON deals TO metatron_crm_client_rights',
    told: [
      'deals has the policy across_tenants (ALL for metatron_crm_client_rights where true), the matrix does not say so',
    ],
  },
  {
    title: 'visitors who see what is not published',
    domain: 'cms',
    change: 'DROP POLICY published ON pages',
    told: [
      'pages lacks the restrictive policy published (SELECT for metatron_cms_key_rights where published IS NOT NULL), which the matrix asks for',
    ],
  },
  {
    title: 'a new table that the matrix cannot place, by the line to add',
    beyondRepair: true,
    change: 'CREATE TABLE notes (id uuid)',
    told: [
      "notes has no row security: protect it in its migration (SELECT protect_tenant_table('notes');), or name it under tablesWithoutTenant.crm in platform/src/access/matrix.ts",
    ],
  },
  {
    title: 'a table that the matrix names and that is gone',
    beyondRepair: true,
    domain: 'analytics',
    change: 'DROP TABLE rollup_marks',
    told: [
      'serviceTables.analytics names rollup_marks, which is not there: take it out of platform/src/access/matrix.ts',
    ],
  },
  {
    title: 'a column that the matrix names and that is gone',
    beyondRepair: true,
    domain: 'auth',
    change: 'ALTER TABLE sessions RENAME token_hash TO token_digest',
    told: [
      'secretColumns.auth names the column sessions.token_hash, which is not there: take it out of platform/src/access/matrix.ts',
    ],
  },
];

describe('findDrift', () => {
  test.each(domains)('%s is as the matrix says, as its own service sees it', async (domain) => {
    expect(await driftOf(domain, serviceOf(domain))).toEqual([]);
  });

  test.each(cases)('tells $title', async ({ domain = 'crm', change, told }) => {
    const found = await changed(domain, change, (pool) => driftOf(domain, pool));
    expect(found).toEqual(expect.arrayContaining(told.map((line) => `${domain}: ${line}`)));
  });

  test('says nothing of what an extension brought', async () => {
    const change =
      'CREATE TABLE brought (id uuid); GRANT SELECT ON brought TO PUBLIC; CREATE EXTENSION btree_gist; ALTER EXTENSION btree_gist ADD TABLE brought';
    expect(await changed('crm', change, (pool) => driftOf('crm', pool))).toEqual([]);
  });

  test('a table under row security needs no line of its own', async () => {
    const change = "CREATE TABLE notes (tenant_id varchar(50), id uuid); SELECT protect_tenant_table('notes')";
    const found = await changed('crm', change, (pool) => driftOf('crm', pool));
    expect(found).toContain(
      'crm: metatron_crm_client_rights may not SELECT, INSERT, UPDATE, DELETE on notes, the matrix says it may',
    );
    expect(found.filter((line) => line.includes('matrix.ts'))).toEqual([]);
  });
});

describe('the repair', () => {
  const repaired = async (pool: pg.Pool, domain: Domain): Promise<string[]> => {
    const catalogue = await readCatalogue(pool);
    const { mend, make } = roleStatements(domain, catalogue);
    await pool.query([...mend, ...make, ...grantStatements(domain, catalogue)].join('\n'));
    return driftOf(domain, pool);
  };

  test.each(cases.filter(({ beyondRepair }) => beyondRepair === undefined))(
    'mends $title',
    async ({ domain = 'crm', change }) => {
      expect(await changed(domain, change, (pool) => repaired(pool, domain))).toEqual([]);
    },
  );
});
