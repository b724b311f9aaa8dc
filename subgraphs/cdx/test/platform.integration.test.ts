import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { fresh } from '../../../platform/test/mutations.ts';

import { perform } from './cdx.ts';

afterAll(closeSql);

const SETTING = 'systemConfig { key value isSecret version versions { version value isSecret } }';

describe('systemConfigSet', () => {
  test('keeps every value that a setting has had', async () => {
    const key = fresh('limits');
    await perform('systemConfigSet', { key, value: { perDay: 5 }, description: 'How many.' }, SETTING);
    expect(await perform('systemConfigSet', { key, value: false, expectedVersion: 1 }, SETTING)).toEqual({
      systemConfig: {
        key,
        value: false,
        isSecret: false,
        version: 2,
        versions: [
          { version: 2, value: false, isSecret: false },
          { version: 1, value: { perDay: 5 }, isSecret: false },
        ],
      },
      userErrors: [],
    });
  });

  test('threat 26: shows a secret to nobody: not in an answer, the database, an event or the audit', async () => {
    const key = fresh('smtp.password');
    const canary = fresh('canary');
    await perform('systemConfigSet', { key, value: canary, isSecret: true }, SETTING);
    const { systemConfig } = await perform('systemConfigSet', { key, value: { user: canary } }, SETTING);
    expect(systemConfig).toMatchObject({
      value: null,
      isSecret: true,
      version: 2,
      versions: [{ value: null }, { value: null }],
    });
    for (const table of ['system_config', 'system_config_versions', 'audit_entries', 'domain_events', 'audit_log'])
      expect(await sql('cdx', `SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [canary])).toEqual([]);
  });

  test('lets one of two win who change the same version', async () => {
    const key = fresh('race');
    const answers = await Promise.all(
      [1, 2, 3].map((value) => perform('systemConfigSet', { key, value, expectedVersion: 0 }, 'systemConfig { id }')),
    );
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['CONFLICT', 'CONFLICT']);
  });

  test('refuses a name that is none, and a value that is too large', async () => {
    const fields = async (input: object) =>
      (await perform('systemConfigSet', input, 'systemConfig { id }')).userErrors.map(({ field }) => field?.[0]);
    expect(await fields({ key: 'Bad Key', value: 1 })).toEqual(['key']);
    expect(await fields({ key: 'x'.repeat(201), value: 1 })).toEqual(['key']);
    expect(await fields({ key: 'big', value: 'x'.repeat(70_000) })).toEqual(['value']);
  });
});

describe('services', () => {
  test('are in the registry by their own report', async () => {
    const query = '{ services(first: 100) { edges { node { name kind status lastSeenAt } } } }';
    interface Services {
      readonly services: { readonly edges: readonly { readonly node: Readonly<Record<string, string>> }[] };
    }
    await eventually(async () => {
      const { services } = await read<Services>(query, { token: await tokenOf('superadmin') });
      const seen = services.edges.map(({ node }) => node);
      const lately = seen.filter(({ lastSeenAt }) => Date.now() - Date.parse(lastSeenAt ?? '') < 60_000);
      const up = lately.filter(({ status }) => status === 'UP').map(({ name }) => name);
      expect(up).toEqual(expect.arrayContaining(['gateway', 'sync-jobs', 'auth', 'crm', 'cdx']));
    }, 20_000);
  });
});

describe('resync', () => {
  test('makes a service’s projections anew from its database', async () => {
    await sql('cdx', "UPDATE crm_summary SET total_customers = total_customers + 1000 WHERE tenant_id = 'pearl'");
    const { job } = await perform(
      'resync',
      { service: 'crm', tenantId: 'pearl' },
      'job { id service status tenant { id } }',
    );
    expect(job).toMatchObject({ service: 'crm', status: 'PENDING', tenant: { id: 'pearl' } });
    const { id } = job as unknown as { readonly id: string };
    await eventually(async () => {
      expect(await sql('cdx', 'SELECT status FROM sync_runs WHERE id = $1::uuid', [id])).toEqual([
        { status: 'succeeded' },
      ]);
    }, 15_000);
    const [truth] = await sql(
      'crm',
      "SELECT count(*)::int AS count FROM customers WHERE tenant_id = 'pearl' AND deleted_at IS NULL",
    );
    const [shown] = await sql('cdx', "SELECT total_customers::int AS count FROM crm_summary WHERE tenant_id = 'pearl'");
    expect(shown).toEqual(truth);
  });

  test('refuses a service and a tenant that are not there', async () => {
    const refusal = async (input: object) => (await perform('resync', input, 'job { id }')).userErrors[0];
    expect(await refusal({ service: 'nothing' })).toMatchObject({ code: 'INVALID', field: ['service'] });
    expect(await refusal({ service: 'crm', tenantId: 'nowhere' })).toMatchObject({
      code: 'NOT_FOUND',
      field: ['tenantId'],
    });
  });
});
