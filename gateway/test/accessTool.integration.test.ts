import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { findRunningCluster } from '../../platform/src/database/embedded.ts';
import { endPool } from '../../platform/src/database/pools.ts';
import { superuserPool } from '../../platform/test/kit.ts';
import { untilPrinted } from '../../platform/test/programs.ts';

import { addressOf, endAll, launch, type Launched } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-access-'));
// Root's PostgreSQL runs as another user, who must be able to pass through.
chmodSync(folder, 0o711);
const environment = { DATA_DIR: join(folder, 'data'), DEMO: '0' };

const access = (...parameters: string[]): Launched => launch(['gateway/tools/access.ts', ...parameters], environment);

async function printed(...parameters: string[]): Promise<string> {
  const program = access(...parameters);
  expect(await program.ended).toBe(0);
  return program.output();
}

afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('npm run access', () => {
  // platform-design.md, «Database Access Matrix», as it stands there.
  const design = `
| Service | CDX-DB | AUTH-DB | CRM-DB | CMS-DB | BILLING-DB | ANALYTICS-DB |
| **Superadmin** | ✅ R/W | ✅ R/W | ✅ R/W | ✅ R/W | ✅ R/W | ✅ R/W |
| **Admin** | ❌ | ✅ R | ✅ R/W | ✅ R/W | ✅ R | ✅ R |
| **Client** | ❌ | ✅ R (own) | ✅ R/W (own) | ✅ R/W (own) | ✅ R (own) | ✅ R (own) |
| **Auth Service** | ✅ R/W (sync) | ✅ R/W | ❌ | ❌ | ❌ | ❌ |
| **CRM Service** | ✅ R/W (sync) | ✅ R (users) | ✅ R/W | ❌ | ❌ | ✅ W (events) |
| **CMS Service** | ✅ R/W (sync) | ✅ R (users) | ❌ | ✅ R/W | ❌ | ✅ W (events) |
| **Billing Service** | ✅ R/W (sync) | ✅ R (users) | ✅ R (customers) | ❌ | ✅ R/W | ✅ W (events) |
| **Analytics Service** | ✅ R/W (sync) | ✅ R (users) | ✅ R (summary) | ✅ R (summary) | ✅ R (summary) | ✅ R/W |`;
  const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());

  test('prints the table of the design, with a column and rows for what the design leaves out', async () => {
    const rows = (await printed()).split('\n').map(cellsOf);
    for (const line of design.trim().split('\n')) {
      const expected = cellsOf(line).slice(0, -1);
      const row = rows.find(([, name]) => name === expected[1]);
      expect(row?.slice(0, expected.length)).toEqual(expected);
    }
    expect(rows.find(([, name]) => name === '**Notifications Service**')?.slice(2, -1)).toEqual([
      ...['✅ R/W (sync)', '✅ R (users)', '❌', '❌', '❌', '✅ W (events)', '✅ R/W'],
    ]);
    expect(rows.find(([, name]) => name === '**Publishable key**')?.slice(2, -1)).toEqual([
      ...['❌', '❌', '❌', '✅ R (published)', '❌', '❌', '❌'],
    ]);
  });

  test.each([
    ['Customer.email', /lives in the crm database/, /client +may +people\.client\.crm\.read is own/],
    ['Customer.email', /crm/, /anonymous +may not +people\.anonymous\.crm\.read is none/],
    ['Mutation.leadCreate', /crm/, /client +may +people\.client\.crm\.write is own/],
    ['Mutation.login', /auth/, /anonymous +may +exceptions\['Mutation\.login'\]: signing in comes before any right/],
    ['SessionState.active', /auth/, /admin +may not +exceptions\['SessionState\.\*'\] does not name it/],
    ['Page.title', /cms/, /key +may +people\.key\.cms\.read is published, and publishedFields\.cms names it/],
    ['Page.author', /cms/, /key +may not .* is published, and publishedFields\.cms does not name it/],
    ['Tenant.id', /several services/, /who may use what holds it/],
  ])('says who may use %s and why', async (coordinate, lives, verdict) => {
    const text = await printed(coordinate);
    expect(text).toMatch(lives);
    expect(text).toMatch(verdict);
  });

  test.each([
    ['Custmer.email', /no field Custmer\.email\.\n +The nearest are Customer\.email/],
    ['Payment', /no field Payment\.\n +The nearest are Payment\./],
    ['Query.constructor', /no field Query\.constructor\./],
  ])('ends with 1 for %s, with the nearest names', async (coordinate, told) => {
    const program = access(coordinate);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(told);
  });
});

describe('databases that differ from the matrix', () => {
  const service = (name: string): Launched => launch(['gateway/src/service.ts', name], environment);
  const differences = [
    'crm: the role metatron_crm_client has BYPASSRLS, the matrix does not say so',
    'crm: the row security of leads is not forced',
    'crm: metatron_crm_admin_rights may TRUNCATE on customers, the matrix does not say so',
  ];

  async function asSuperuser(database: string, statement: string): Promise<void> {
    const cluster = findRunningCluster(environment.DATA_DIR);
    if (cluster === undefined) throw new Error('the database does not run');
    const pool = superuserPool(database, '', cluster);
    await pool.query(statement).finally(() => endPool(pool));
  }

  beforeAll(async () => {
    const database = launch(['prisma/tools/startDatabase.ts'], environment);
    await untilPrinted(database.child, /PostgreSQL listens/, 60_000);
    await asSuperuser(
      'metatron_crm',
      `GRANT TRUNCATE ON customers TO metatron_crm_admin_rights;
       ALTER TABLE leads NO FORCE ROW LEVEL SECURITY;
       ALTER ROLE metatron_crm_client BYPASSRLS`,
    );
  }, 90_000);

  test('keep their own service and one that uses them from starting: 1, the differences and the cure', async () => {
    for (const program of [service('crm'), service('analytics')]) {
      expect(await program.ended).toBe(1);
      for (const difference of differences) expect(program.output()).toContain(`\n  ${difference}\n`);
      expect(program.output()).toContain('Run `npm run access -- --repair`');
    }
  }, 60_000);

  test('are mended by `npm run access -- --repair`, which tells what was different', async () => {
    const text = await printed('--repair');
    expect(text.trim().split('\n')).toEqual([
      'What was different, and is no longer:',
      ...differences.map((difference) => `  ${difference}`),
    ]);
    expect(await printed('--repair')).toContain('Every database allows what the access matrix says, and no more.');
    await addressOf(service('crm'), /listens on (http\S+)/);
  }, 90_000);
});
