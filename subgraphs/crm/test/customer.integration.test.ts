import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, read, tokenOf } from '../../../platform/test/kit.ts';
import { wordsOf } from '../../../platform/test/mutations.ts';

import { change, done, refusal } from './crm.ts';

afterAll(closeSql);

describe('customerCreate', () => {
  test('adds a customer to the caller’s own tenant, its email in lower case and each tag once', async () => {
    const customer = await done('customer', 'acme', 'customerCreate', {
      email: ' Ada@Example.COM ',
      firstName: 'Ada',
      phone: '+44 20 7946 0000',
      tags: ['vip', 'vip', 'new'],
      customFields: { size: 1, nested: { list: [1, null] } },
    });
    expect(customer).toMatchObject({
      tenant: { id: 'acme' },
      email: 'ada@example.com',
      status: 'ACTIVE',
      tags: ['vip', 'new'],
      version: 1,
    });
  });

  test.each<[string, object, string]>([
    ['has no name of any kind', { source: 'web' }, 'INVALID'],
    ['has an email that is none', { email: 'x' }, 'INVALID email'],
    ['has a name that is too long', { firstName: 'x'.repeat(101) }, 'INVALID firstName'],
    ['keeps more than 64 KB', { company: 'Big', customFields: { x: 'y'.repeat(70_000) } }, 'INVALID customFields'],
    ['has too many tags', { company: 'Tags', tags: Array.from({ length: 51 }, String) }, 'INVALID tags'],
  ])('refuses a customer that %s', async (_what, input, expected) => {
    expect(await refusal('acme', 'customerCreate', input)).toBe(expected);
  });
});

describe('customerUpdate', () => {
  test('changes what it names, takes away what is null and keeps the rest', async () => {
    const { id } = await done('customer', 'acme', 'customerCreate', { email: 'kept@example.com', firstName: 'Gone' });
    const input = { id, expectedVersion: 1, company: 'Co', firstName: null, status: 'CHURNED' };
    expect(await done('customer', 'acme', 'customerUpdate', input)).toMatchObject({
      company: 'Co',
      firstName: null,
      email: 'kept@example.com',
      status: 'CHURNED',
      version: 2,
    });
  });

  test('refuses to take away the last name', async () => {
    const { id } = await done('customer', 'acme', 'customerCreate', { email: 'last@example.com' });
    expect(await refusal('acme', 'customerUpdate', { id, email: null })).toBe('INVALID');
  });

  test('lets one of those who saw the same version change it, and tells the others', async () => {
    const { id } = await done('customer', 'acme', 'customerCreate', { company: 'Race 0' });
    const answers = await Promise.all(
      [1, 2, 3, 4].map((index) =>
        change('acme', 'customerUpdate', { id, expectedVersion: 1, company: `Race ${String(index)}` }),
      ),
    );
    expect(answers.filter(({ customer }) => customer?.version === 2)).toHaveLength(1);
    const refused = answers.filter(({ customer }) => customer === null);
    expect(refused.map(({ userErrors }) => wordsOf(userErrors))).toEqual(
      Array.from({ length: 3 }, () => 'CONFLICT expectedVersion'),
    );
  });

  test('lets those who name no version follow each other', async () => {
    const { id } = await done('customer', 'acme', 'customerCreate', { company: 'Queue 0' });
    const answers = await Promise.all(
      [1, 2, 3, 4].map((index) =>
        done('customer', 'acme', 'customerUpdate', { id, company: `Queue ${String(index)}` }),
      ),
    );
    expect(answers.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5]);
  });
});

describe('customerDelete', () => {
  test('takes the customer out of every answer, once, and leaves what was done with it', async () => {
    const { id } = await done('customer', 'acme', 'customerCreate', { company: 'Leaving' });
    const lead = await done('lead', 'acme', 'leadCreate', { title: 'Before it left', customerId: id });
    expect(await refusal('acme', 'customerDelete', { id, expectedVersion: 7 })).toBe('CONFLICT expectedVersion');
    expect(await done('deletedId', 'acme', 'customerDelete', { id })).toBe(id);
    expect(await refusal('acme', 'customerDelete', { id })).toBe('NOT_FOUND id');
    expect(await refusal('acme', 'customerUpdate', { id, company: 'Back' })).toBe('NOT_FOUND id');
    expect(await refusal('acme', 'leadCreate', { title: 'Too late', customerId: id })).toBe('NOT_FOUND customerId');
    const left = await read(`{ customer(id: "${id}") { id } lead(id: "${lead.id}") { title customer { id } } }`, {
      token: await tokenOf('acme'),
    });
    expect(left).toEqual({ customer: null, lead: { title: 'Before it left', customer: null } });
  });
});
