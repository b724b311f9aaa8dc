/** Authors are people of the tenant: cms asks auth's own database under its own login. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { closeSql, signIn, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';
import { fresh, mutate, NOBODY, someId } from '../../../platform/test/mutations.ts';

import { done, newType, refusal } from './cms.ts';

afterAll(closeSql);

const userOf = (tenant: string): Promise<string> => someId('auth', tenant, 'users', 'is_active');

/** A user of acme's who may sign in no more. */
async function leaver(): Promise<string> {
  const options = { token: await tokenOf('superadmin') };
  const input = { email: `${fresh('leaver')}@acme.example`, tenantId: 'acme', role: 'CLIENT', password: randomUUID() };
  const { user } = await mutate<{ user: { id: string } }>('userCreate', input, 'user { id }', options);
  await mutate('userDeactivate', { id: user.id }, 'user { id }', options);
  expect(await sql('auth', 'SELECT is_active FROM users WHERE id = $1', [user.id])).toEqual([{ is_active: false }]);
  return user.id;
}

let contentTypeId: string;
beforeAll(async () => ({ id: contentTypeId } = await newType([{ name: 'a', type: 'text' }])));

const make = {
  contentItem: (account: Account, input: object) =>
    done('contentItem', account, 'contentItemCreate', {
      contentTypeId,
      title: 'An item',
      slug: fresh('item'),
      ...input,
    }),
  page: (account: Account, input: object) => done('page', account, 'pageCreate', { title: fresh('A page'), ...input }),
};

describe.each(['contentItem', 'page'] as const)('the author of a %s', (noun) => {
  const creation = (): object => (noun === 'page' ? { title: fresh('A page') } : { contentTypeId, title: 'An item' });

  test('is its maker, unless another user of the tenant or nobody is named', async () => {
    const { user } = await signIn('acme');
    const other = await userOf('acme');
    expect((await make[noun]('acme', {})).author).toEqual({ id: user.id });
    expect((await make[noun]('acme', { authorId: other })).author).toEqual({ id: other });
    expect((await make[noun]('acme', { authorId: null })).author).toBeNull();
  });

  test('is nobody of the staff that made it, who may name one of the tenant', async () => {
    const authorId = await userOf('acme');
    expect((await make[noun]('admin', { tenantId: 'acme' })).author).toBeNull();
    expect((await make[noun]('admin', { tenantId: 'acme', authorId })).author).toEqual({ id: authorId });
  });

  test('changes and goes by an update, and stays when it is left out', async () => {
    const authorId = await userOf('acme');
    const { id } = await make[noun]('acme', { authorId: null });
    const update = (input: object) => done(noun, 'acme', `${noun}Update`, { id, ...input });
    expect((await update({ authorId })).author).toEqual({ id: authorId });
    expect((await update({ title: fresh('Renamed') })).author).toEqual({ id: authorId });
    expect((await update({ authorId: null })).author).toBeNull();
  });

  test('is no user of another tenant, no staff, nobody unknown and nobody who has left', async () => {
    const { id } = await make[noun]('acme', {});
    const strangers = [await userOf('globex'), await userOf('platform'), NOBODY, await leaver()];
    for (const authorId of strangers) {
      expect(await refusal('acme', `${noun}Create`, { ...creation(), authorId })).toBe('NOT_FOUND authorId');
      expect(await refusal('acme', `${noun}Update`, { id, authorId })).toBe('NOT_FOUND authorId');
      expect(await refusal('admin', `${noun}Update`, { id, authorId })).toBe('NOT_FOUND authorId');
    }
  });
});
