/** What callers call like a field that the planner adds, with both executors. */
import { describe, expect, test } from '@jest/globals';

import { bed, refusal, run, type Script } from './scripted.ts';

describe('a name that the planner needs, given to another field by the caller', () => {
  const query = '{ authors { handle: name id: handle rank ... on Author { __typename: id } } }';
  const script: Script = {
    authors: () => ({
      data: {
        authors: [
          { __typename: 'Author', handle: 'h', id: '1', asked_handle: 'Ada', asked_id: 'h', asked___typename: '1' },
        ],
      },
    }),
    names: () => ({ data: { _entities: [{ rank: {} }] }, errors: [{ ...refusal, path: ['_entities', 0, 'rank'] }] }),
  };

  test.each(['own', 'apollo'] as const)('takes nothing from the fetches that need it: %s', async (executor) => {
    const { data, errors, calls } = await run(executor, query, script);
    expect(calls.map(({ variables }) => variables)).toEqual([
      {},
      { representations: [{ __typename: 'Author', handle: 'h' }] },
    ]);
    expect(data).toEqual({ authors: [{ handle: 'Ada', id: 'h', rank: null, __typename: '1' }] });
    expect(errors?.map(({ path }) => path)).toEqual([['authors', 0, 'rank']]);
  });

  const books = (errors: readonly object[]): Script => ({
    books: () => ({
      data: { books: [{ __typename: 'Book', id: '1', asked__id: null, asked__isbn: {} }] },
      ...(errors.length > 0 && { errors }),
    }),
    stock: () => ({ data: { _entities: [{ asked_: 5 }] } }),
  });
  const ofBooks = '{ books { id: label asked_: price isbn: title } }';

  test.each(['own', 'apollo'] as const)('is told in the paths of errors: %s', async (executor) => {
    const { errors } = await run(executor, ofBooks, books([{ ...refusal, path: ['books', 0, 'asked__id'] }]));
    expect(errors?.map(({ path }) => path)).toEqual([['books', 0, 'id']]);
  });

  test.each(['own', 'apollo'] as const)('is told in what is against the schema: %s', async (executor) => {
    const { data, extensions } = await run(executor, ofBooks, books([]));
    expect(data).toBeNull();
    const [fault] = extensions?.['valueCompletion'] as readonly object[];
    const path = ['books', 0, 'id'];
    expect(fault).toMatchObject({ message: 'Cannot return null for non-nullable field Book.id.', path });
  });

  test.each(['own', 'apollo'] as const)('or given to the same field with arguments: %s', async (executor) => {
    const { data, calls } = await run(executor, '{ a: author(id: 1) { friends(first: 1) { id: name } } }', {
      authors: () => ({ data: { a: { friends: [{ id: '1', asked_id: 'Ada' }] } } }),
    });
    expect(calls).toHaveLength(1);
    expect(data).toEqual({ a: { friends: [{ id: 'Ada' }] } });
  });

  test('says nothing of operations that have no such name', () => {
    expect(bed.plan('{ authors { id handle title: name __typename } }').names.inAnswer('asked_id')).toBe('asked_id');
  });
});
