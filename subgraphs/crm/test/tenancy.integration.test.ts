/** What every mutation of crm refuses alike: others' ids, text that cannot be stored, and a tenant named wrongly. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, tokenOf } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';

import { change, countOf, done, idIn, operation, refusal } from './crm.ts';

afterAll(closeSql);

type Table = Parameters<typeof idIn>[1];

const stages = [{ name: 'one' }];

/** Each way in which a mutation names a row: the mutation, the field, what kind of row, and the rest of the input. */
const references: readonly [string, string, Table, object][] = [
  ['customerUpdate', 'id', 'customer', { company: 'Mine' }],
  ['customerDelete', 'id', 'customer', {}],
  ['leadCreate', 'customerId', 'customer', { title: 'Mine' }],
  ['leadCreate', 'pipelineId', 'pipeline', { title: 'Mine' }],
  ['leadCreate', 'assignedTo', 'user', { title: 'Mine' }],
  ['leadUpdate', 'id', 'lead', { title: 'Mine' }],
  ['leadAssign', 'id', 'lead', { assignedTo: null }],
  ['leadStageMove', 'id', 'lead', { stage: 'proposal' }],
  ['leadConvert', 'id', 'lead', {}],
  ['dealCreate', 'customerId', 'customer', { title: 'Mine' }],
  ['dealCreate', 'ownerId', 'user', { title: 'Mine' }],
  ['dealUpdate', 'id', 'deal', { title: 'Mine' }],
  ['dealStageMove', 'id', 'deal', { stage: 'proposal' }],
  ['dealWin', 'id', 'deal', {}],
  ['dealLose', 'id', 'deal', { lostReason: 'Mine' }],
  ['interactionLog', 'customerId', 'customer', { type: 'NOTE' }],
  ['interactionLog', 'leadId', 'lead', { type: 'NOTE' }],
  ['interactionLog', 'dealId', 'deal', { type: 'NOTE' }],
  ['pipelineUpdate', 'id', 'pipeline', { name: 'Mine' }],
  ['pipelineSetDefault', 'id', 'pipeline', {}],
];

describe('an id of another tenant', () => {
  test.each(references)(
    'threat 8: is refused by %s as %s like one that nobody has',
    async (mutation, field, table, rest) => {
      const foreign = await idIn('acme', table);
      for (const id of [foreign, NOBODY])
        expect(await refusal('globex', mutation, { ...rest, [field]: id })).toBe(`NOT_FOUND ${field}`);
    },
  );

  test('threat 8: is refused inside an update and a conversion as well', async () => {
    const { id } = await done('lead', 'acme', 'leadCreate', { title: 'Ours' });
    const [customerId, userId, pipelineId] = await Promise.all([
      idIn('globex', 'customer'),
      idIn('globex', 'user'),
      idIn('globex', 'pipeline'),
    ]);
    expect(await refusal('acme', 'leadUpdate', { id, customerId })).toBe('NOT_FOUND customerId');
    expect(await refusal('acme', 'leadUpdate', { id, assignedTo: userId })).toBe('NOT_FOUND assignedTo');
    expect(await refusal('acme', 'leadConvert', { id, customerId })).toBe('NOT_FOUND customerId');
    expect(await refusal('acme', 'leadConvert', { id, ownerId: userId })).toBe('NOT_FOUND ownerId');
    expect(await refusal('acme', 'leadConvert', { id, pipelineId })).toBe('NOT_FOUND pipelineId');
  });

  test('that is none at all is INVALID', async () => {
    expect(await refusal('acme', 'customerUpdate', { id: 'x', company: 'Mine' })).toBe('INVALID id');
  });
});

const texts: readonly [string, string, object][] = [
  ['customerCreate', 'company', {}],
  ['leadCreate', 'title', {}],
  ['dealCreate', 'title', {}],
  ['interactionLog', 'content', { type: 'NOTE' }],
  ['pipelineCreate', 'name', { stages }],
];

describe('a NUL in a text', () => {
  test.each(texts)('threat 21: is refused by %s at %s', async (mutation, field, rest) => {
    expect(await refusal('acme', mutation, { ...rest, [field]: 'a\0b' })).toBe(`INVALID ${field}`);
  });

  test('threat 21: is refused inside of JSON, as a key and as a value', async () => {
    const input = { company: 'Mine', customFields: { list: ['a\0b'] } };
    expect(await refusal('acme', 'customerCreate', input)).toBe('INVALID customFields.list.0');
    const byKey = { company: 'Mine', customFields: { ['a\0b']: 1 } };
    expect(await refusal('acme', 'customerCreate', byKey)).toMatch(/^INVALID customFields/);
  });
});

const creations: readonly [string, object][] = [
  ['customerCreate', { company: 'Whose' }],
  ['leadCreate', { title: 'Whose' }],
  ['dealCreate', { title: 'Whose' }],
  ['interactionLog', { type: 'NOTE', customerId: NOBODY }],
  ['pipelineCreate', { name: 'Whose', stages }],
];

describe('a tenant', () => {
  test.each(creations)('must be named by staff in %s, and be known', async (mutation, input) => {
    expect(await refusal('admin', mutation, input)).toBe('INVALID tenantId');
    expect(await refusal('admin', mutation, { ...input, tenantId: 'nowhere' })).toBe('NOT_FOUND tenantId');
  });

  test('that staff name gets the customer', async () => {
    const input = { tenantId: 'sakura', company: 'By staff' };
    expect((await done('customer', 'admin', 'customerCreate', input)).tenant).toEqual({ id: 'sakura' });
  });

  test.each(creations)('must not be named by its own people in %s, and nothing runs', async (mutation, input) => {
    const { data, errors } = await ask(operation(mutation), {
      token: await tokenOf('globex'),
      variables: { input: { ...input, tenantId: 'globex' } },
    });
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('is known by the row that staff change, so that its id is enough', async () => {
    const { id } = await done('lead', 'acme', 'leadCreate', { title: 'Found by its id' });
    expect((await change('admin', 'leadUpdate', { id, title: 'By staff' })).lead?.title).toBe('By staff');
    expect(await refusal('admin', 'leadUpdate', { id: NOBODY, title: 'By staff' })).toBe('NOT_FOUND id');
    expect(await countOf("leads WHERE id = $1 AND tenant_id = 'acme'", [id])).toBe(1);
  });
});

describe('the public', () => {
  test('changes nothing', async () => {
    const { data, errors } = await ask(operation('leadCreate'), { variables: { input: { title: 'Nobody’s' } } });
    expect(data).toEqual({ leadCreate: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});
