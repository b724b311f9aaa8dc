import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';
import { fresh } from '../../../platform/test/mutations.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { perform } from './cdx.ts';

afterAll(closeSql);

interface Given {
  readonly job: string | null;
  readonly payload: object;
  readonly source?: string;
  readonly status?: string;
}

/** A letter as the sync jobs leave it. */
async function setAside({ job, payload, source = 'crm', status = 'open' }: Given): Promise<string> {
  const [row] = await sql<{ id: string }>(
    'cdx',
    `INSERT INTO dead_letters (tenant_id, id, source, source_ref, job, payload, error, status)
     VALUES ('acme', gen_random_uuid(), $5, $1, $2, $3, 'it did not work', $4) RETURNING id`,
    [fresh('ref'), job, payload, status, source],
  );
  return row!.id;
}

const LETTER = 'deadLetter { id status attempts resolvedBy { email } }';
const retry = (id: string) => perform('deadLetterRetry', { id }, LETTER);

async function closes(id: string): Promise<void> {
  await eventually(async () => {
    const query = `{ deadLetters(filter: { tenantId: { eq: "acme" }, status: { eq: RETRIED }, updatedAt: { gt: "2020-01-01T00:00:00Z" } }, first: 100) { edges { node { id resolvedAt } } } }`;
    const { deadLetters } = await read<{ deadLetters: { edges: { node: object }[] } }>(query, {
      token: await tokenOf('superadmin'),
    });
    expect(deadLetters.edges).toContainEqual({ node: { id, resolvedAt: expect.any(String) } });
  }, 20_000);
}

describe('deadLetters', () => {
  test('are found by source, status, job and tenant, each with what is known of it', async () => {
    const job = fresh('event-listener');
    const id = await setAside({ job, payload: { source: 'crm', tenantId: 'acme', id: 'x' } });
    const filter = `{ source: { eq: "crm" }, status: { eq: OPEN }, job: { eq: "${job}" }, tenantId: { eq: "acme" } }`;
    const fields =
      'id tenantId tenant { name } source job payload error attempts status resolvedBy { id } resolvedAt createdAt updatedAt';
    expect(
      await read(`{ deadLetters(filter: ${filter}) { totalCount edges { node { ${fields} } } } }`, {
        token: await tokenOf('superadmin'),
      }),
    ).toEqual({
      deadLetters: {
        totalCount: 1,
        edges: [
          {
            node: {
              ...{ id, tenantId: 'acme', tenant: { name: expect.any(String) }, source: 'crm', job },
              payload: { source: 'crm', tenantId: 'acme', id: 'x' },
              ...{ error: 'it did not work', attempts: 1, status: 'OPEN', resolvedBy: null, resolvedAt: null },
              ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
            },
          },
        ],
      },
    });
  });
});

describe('deadLetterRetry', () => {
  test('sends a delivery again, and the letter is closed', async () => {
    const [event] = await sql<{ id: string }>(
      'cdx',
      "SELECT id FROM domain_events WHERE tenant_id = 'acme' AND type = 'tenant.created'",
    );
    const id = await setAside({
      job: 'event-mirrorTenant',
      payload: { source: 'cdx', tenantId: 'acme', id: event!.id },
    });
    expect(await retry(id)).toEqual({
      deadLetter: { id, status: 'RETRYING', attempts: 1, resolvedBy: { email: 'superadmin@metatron.example' } },
      userErrors: [],
    });
    await closes(id);
    expect((await retry(id)).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['id'] }]);
  });

  test('has a tenant taken anew of whom a drain has set something aside', async () => {
    const about = "source = 'cms' AND tenant_id = 'acme'";
    // Until it is asked for, the relay would try it again in an hour.
    await sql(
      'cdx',
      "INSERT INTO sync_loads (source, tenant_id, kind, is_behind, not_before) VALUES ('cms', 'acme', 'set_aside', true, now() + interval '1 hour')",
    );
    const id = await setAside({ source: 'cms', job: 'drain', payload: { source: 'cms', tenantId: 'acme' } });
    expect(await retry(id)).toMatchObject({ deadLetter: { status: 'OPEN' }, userErrors: [] });
    await closes(id);
    expect(await sql('cdx', `SELECT FROM sync_loads WHERE ${about}`)).toEqual([]);
    const run = "SELECT only_tenant, kind FROM sync_runs WHERE source = 'cms' AND requested_by IS NOT NULL";
    expect(await sql('cdx', `${run} ORDER BY created_at DESC LIMIT 1`)).toEqual([
      { only_tenant: 'acme', kind: 'rebuild' },
    ]);
  });

  test('opens a letter again that nothing can be done with', async () => {
    const id = await setAside({ job: 'event-removed', payload: {} });
    expect((await retry(id)).userErrors).toEqual([]);
    const row = "SELECT status, attempts, error FROM dead_letters WHERE id = $1 AND status = 'open'";
    await eventually(async () => {
      expect(await sql('cdx', row, [id])).toEqual([
        { status: 'open', attempts: 2, error: 'its job is not known any more' },
      ]);
    }, 15_000);
  });

  test.each([
    ['that was dropped', { source: 'none', job: 'drain', payload: { source: 'crm' }, status: 'discarded' }, 'CONFLICT'],
    [
      'of a drain that does not say of which source',
      { source: 'none', job: 'drain', payload: { source: 'none' } },
      'INVALID',
    ],
    ['of no job', { job: null, payload: {} }, 'INVALID'],
  ])('refuses a letter %s, and leaves it as it is', async (_what, given, code) => {
    const id = await setAside(given);
    const { deadLetter, userErrors } = await retry(id);
    expect(deadLetter).toBeNull();
    expect(userErrors).toMatchObject([{ code, field: ['id'] }]);
    expect(await sql('cdx', 'SELECT status FROM dead_letters WHERE id = $1', [id])).toEqual([
      { status: 'status' in given ? given.status : 'open' },
    ]);
  });

  test('does not find what is not there', async () => {
    const { userErrors } = await retry('0192e4a0-0000-7000-8000-000000000000');
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
  });
});
