import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ask, closeSql, LOGIN, read, sql, tokenOf } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { makeClient, makeTenant, perform } from './cdx.ts';

afterAll(closeSql);

const password = 'correct horse battery 7';

async function makeUser(tenantId: string): Promise<string> {
  const email = `${fresh('user')}@example.com`;
  const input = { email, tenantId, role: 'CLIENT', password };
  const { userErrors } = await perform('userCreate', input, 'user { id }');
  expect(userErrors).toEqual([]);
  return email;
}

const login = (email: string) =>
  read<{ login: { accessToken: string | null } }>(LOGIN, { variables: { input: { email, password } } });

describe('tenantCreate', () => {
  test('makes a tenant that its people can use at once', async () => {
    const id = fresh('new');
    const input = { id, name: 'New & shiny', clientId: await makeClient() };
    const created = await perform('tenantCreate', input, 'tenant { id name status version }');
    expect(created).toEqual({ tenant: { id, name: 'New & shiny', status: 'ACTIVE', version: 1 }, userErrors: [] });
    expect((await login(await makeUser(id))).login.accessToken).not.toBeNull();
    expect(await sql('auth', 'SELECT count(*)::int AS keys FROM tenant_keys WHERE tenant_id = $1', [id])).toEqual([
      { keys: 1 },
    ]);
    expect(
      await sql('cdx', "SELECT action FROM audit_entries WHERE tenant_id = $1 AND action = 'tenantCreate'", [id]),
    ).toHaveLength(1);
  });

  test.each([
    [{ id: 'acme', name: 'x' }, 'TAKEN', 'id'],
    [{ id: 'Not A Slug', name: 'x' }, 'INVALID', 'id'],
    [{ id: '-x', name: 'x' }, 'INVALID', 'id'],
    [{ id: 'x'.repeat(51), name: 'x' }, 'INVALID', 'id'],
    [{ id: 'fine', name: ' ' }, 'INVALID', 'name'],
    [{ id: 'fine', name: 'nul\0' }, 'INVALID', 'name'],
    [{ id: 'fine', name: 'x', clientId: NOBODY }, 'NOT_FOUND', 'clientId'],
  ])('refuses %j with %s at %s', async (input, code, field) => {
    const owned = { clientId: await makeClient(), ...input };
    expect(await perform('tenantCreate', owned, 'tenant { id }')).toMatchObject({
      tenant: null,
      userErrors: [{ code, field: [field] }],
    });
  });

  test('with one idempotency key makes one tenant, and refuses another input', async () => {
    const key = { clientId: await makeClient(), idempotencyKey: fresh('key') };
    const input = { id: fresh('once'), name: 'Once', ...key };
    const answers = await Promise.all([1, 2, 3].map(() => perform('tenantCreate', input, 'tenant { id }')));
    expect(answers).toEqual(answers.map(() => ({ tenant: { id: input.id }, userErrors: [] })));
    expect(await perform('tenantCreate', { ...input, name: 'Other' }, 'tenant { id }')).toMatchObject({ tenant: null });
  });

  test.each(['admin', 'acme'] as const)('is forbidden to %s, as is all of cdx', async (account) => {
    for (const field of [
      'tenantCreate(input: { id: "x", name: "x", clientId: "x" }) { tenant { id } }',
      'tenantSuspend(input: { id: "acme" }) { tenant { id } }',
      'clientCreate(input: { name: "x" }) { client { id } }',
      'systemConfigSet(input: { key: "x", value: 1 }) { systemConfig { id } }',
      'resync(input: { service: "crm" }) { job { id } }',
      'deadLetterRetry(input: { id: "0192e4a0-0000-7000-8000-000000000000" }) { deadLetter { id } }',
    ]) {
      const { errors } = await ask(`mutation { ${field} }`, { token: await tokenOf(account) });
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

describe('tenantSuspend and tenantResume', () => {
  test('close the tenant to logins and to live tokens within five seconds, and open it again', async () => {
    const id = await makeTenant();
    const email = await makeUser(id);
    const token = (await login(email)).login.accessToken!;
    expect(await perform('tenantSuspend', { id }, 'tenant { status }')).toEqual({
      tenant: { status: 'SUSPENDED' },
      userErrors: [],
    });
    await eventually(async () => expect((await ask('{ me { id } }', { token })).status).toBe(401), 5_000);
    expect((await login(email)).login.accessToken).toBeNull();
    expect(await perform('tenantResume', { id }, 'tenant { status version }')).toEqual({
      tenant: { status: 'ACTIVE', version: 3 },
      userErrors: [],
    });
    expect((await login(email)).login.accessToken).not.toBeNull();
  });

  test('follow the table of moves, whatever is asked in whatever order', async () => {
    const id = await makeTenant();
    let state = 'ACTIVE';
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('tenantSuspend', 'tenantResume'), async (move) => {
        const legal = move === 'tenantSuspend' ? state === 'ACTIVE' : state === 'SUSPENDED';
        const { userErrors } = await perform(move, { id }, 'tenant { id }');
        if (legal) state = move === 'tenantSuspend' ? 'SUSPENDED' : 'ACTIVE';
        expect(userErrors.map(({ code }) => code)).toEqual(legal ? [] : ['CONFLICT']);
        if (!legal) expect(userErrors[0]?.message).toContain(state);
        const [row] = await sql<{ status: string }>('auth', 'SELECT status FROM tenants WHERE id = $1', [id]);
        expect(row?.status).toBe(state.toLowerCase());
      }),
      { numRuns: 12 },
    );
  });

  test('refuse the platform’s own tenant, one that is not there, and a version that is old', async () => {
    const refusal = async (input: object) => (await perform('tenantSuspend', input, 'tenant { id }')).userErrors[0];
    expect(await refusal({ id: 'platform' })).toMatchObject({ code: 'INVALID', field: ['id'] });
    expect(await refusal({ id: 'nowhere' })).toMatchObject({ code: 'NOT_FOUND', field: ['id'] });
    expect(await refusal({ id: await makeTenant(), expectedVersion: 7 })).toMatchObject({ code: 'CONFLICT' });
  });

  test('let one of two superadmins win who act at once', async () => {
    const id = await makeTenant();
    const both = await Promise.all([1, 2].map(() => perform('tenantSuspend', { id }, 'tenant { id }')));
    expect(both.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  test('reach AUTH by their event, should it have been away', async () => {
    const id = await makeTenant();
    await sql('cdx', "UPDATE tenants SET name = 'Renamed', version = version + 1 WHERE id = $1", [id]);
    await sql(
      'cdx',
      "INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ($1::text, gen_random_uuid(), 'tenant.updated', jsonb_build_object('tenantId', $1::text))",
      [id],
    );
    await eventually(async () => {
      expect(await sql('auth', 'SELECT name FROM tenants WHERE id = $1', [id])).toEqual([{ name: 'Renamed' }]);
    }, 5_000);
  });
});

describe('clients', () => {
  test('own tenants, and close for good', async () => {
    const { client } = await perform(
      'clientCreate',
      { name: 'Owner Ltd', contactEmail: 'A@B.example' },
      'client { id contactEmail status }',
    );
    expect(client).toMatchObject({ contactEmail: 'a@b.example', status: 'ACTIVE' });
    const { id } = client as unknown as { readonly id: string };
    const tenantId = await makeTenant(id);
    const query = `{ tenant(id: "${tenantId}") { client { name tenants { totalCount } } } }`;
    expect(await read(query, { token: await tokenOf('superadmin') })).toEqual({
      tenant: { client: { name: 'Owner Ltd', tenants: { totalCount: 1 } } },
    });
    expect(
      await perform('clientUpdate', { id, status: 'CLOSED', expectedVersion: 1 }, 'client { status version }'),
    ).toEqual({
      client: { status: 'CLOSED', version: 2 },
      userErrors: [],
    });
    expect(await perform('clientUpdate', { id, status: 'ACTIVE' }, 'client { id }')).toMatchObject({
      client: null,
      userErrors: [{ code: 'CONFLICT', message: 'The client is CLOSED: «resume» starts from SUSPENDED.' }],
    });
  });

  test('are refused without a name, with no address, and where there are none', async () => {
    const code = async (name: string, input: object) =>
      (await perform(name, input, 'client { id }')).userErrors.map((error) => [error.code, error.field?.[0]]);
    expect(await code('clientCreate', { name: '', contactEmail: 'nobody' })).toEqual([
      ['INVALID', 'name'],
      ['INVALID', 'contactEmail'],
    ]);
    expect(await code('clientUpdate', { id: NOBODY, name: 'x' })).toEqual([['NOT_FOUND', 'id']]);
  });
});
