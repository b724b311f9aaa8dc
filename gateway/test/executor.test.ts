/** What our executor does where the one of Apollo does something else, by the rule that says so. */
import { setImmediate } from 'node:timers/promises';

import type { FetchNode, PlanNode, SequenceNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';

import { bed, refusal, run, type Script } from './scripted.ts';

describe('the path of an error (GraphQL 7.1.2: the path of the response field)', () => {
  const query = '{ authors { id books { id isbn } } }';
  const books = ['one', 'two', 'one'].map((id) => ({ __typename: 'Book', id }));
  const authors = () => ({ data: { authors: [{ id: 'a', books }, null, { id: 'b', books: books.slice(0, 1) }] } });

  test('names each place that one entity serves, though it is asked for once', async () => {
    const script: Script = {
      authors,
      books: () => ({
        data: { _entities: [null, { isbn: '2' }] },
        errors: [{ ...refusal, path: ['_entities', 0, 'isbn'] }],
      }),
    };
    const { errors, calls } = await run('own', query, script);
    expect(calls.map(({ service }) => service)).toEqual(['authors', 'books']);
    expect(calls[1]?.variables).toEqual({ representations: [books[0], books[1]] });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['authors', 0, 'books', 0, 'isbn'],
      ['authors', 0, 'books', 2, 'isbn'],
      ['authors', 2, 'books', 0, 'isbn'],
    ]);
  });

  test('of a fetch that fails as a whole is that of the first place, where Apollo tells its plan’s', async () => {
    const script: Script = { authors, books: () => ({ data: null, errors: [{ ...refusal, path: ['_entities'] }] }) };
    const [own, apollo] = [await run('own', query, script), await run('apollo', query, script)];
    expect(own.errors?.map(({ path }) => path)).toEqual([['authors', 0, 'books', 0]]);
    expect(apollo.errors?.map(({ path }) => path)).toEqual([['authors', '@', 'books', '@', '_entities']]);
  });

  test('is that of the entity that failed, where Apollo counts those too that it did not ask for', async () => {
    const search = '{ search { ... on Author { id handle } } }';
    const script: Script = {
      books: () => ({ data: { search: [{ __typename: 'Film' }, { __typename: 'Author', id: 'a' }] } }),
      authors: () => ({ data: { _entities: [null] }, errors: [{ ...refusal, path: ['_entities', 0, 'handle'] }] }),
    };
    const [own, apollo] = [await run('own', search, script), await run('apollo', search, script)];
    expect(own.errors?.map(({ path }) => path)).toEqual([['search', 1, 'handle']]);
    expect(apollo.errors?.map(({ path }) => path)).toEqual([['search', 0, 'handle']]);
  });
});

describe('an entity of which another fetch has said meanwhile that it is not there', () => {
  const query = `{ shelves { author { friends {
    ... on Hit { ... on Author { friends { ... on User { reviews { stars } } } } }
    ... on User { reads { quotes { on { ... on Chapter { constructor: book { b: hidden } weight } } } } }
  } } } }`;
  const usersOf = (...ids: readonly string[]) => ids.map((id) => ({ __typename: 'User', id }));
  const author = { __typename: 'Author', id: 'a' };

  const hit = (friends: readonly object[]) => ({ ...author, friends: structuredClone(friends) });

  /** @param friends of each book's author; of the first one, the other fetch says that there are none */
  async function errorsOf(
    executor: 'apollo' | 'own',
    ...friends: readonly (readonly object[])[]
  ): Promise<ExecutionResult> {
    const ratingsAsked = Promise.withResolvers<undefined>();
    const isContradicted = Promise.withResolvers<undefined>();
    return bed.run(executor, bed.plan(query), { text: query, variables: {} }, async (service, _query, variables) => {
      const asked = (variables['representations'] ?? []) as readonly { readonly __typename: string }[];
      const books = friends.map((_, index) => ({ id: String(index), author: { ...author, id: String(index) } }));
      if (service === 'books') return { data: { shelves: [books.map((book) => ({ __typename: 'Book', ...book }))] } };
      if (service === 'authors' && asked[0]?.__typename === 'Book')
        return { data: { _entities: friends.map((own) => ({ author: { friends: [hit(own)] } })) } };
      if (service === 'authors') {
        await ratingsAsked.promise;
        setTimeout(() => isContradicted.resolve(undefined), 10);
        return { data: { _entities: asked.map((_, index) => ({ friends: index === 0 ? null : [author] })) } };
      }
      ratingsAsked.resolve(undefined);
      await isContradicted.promise;
      const errors = asked.map((_, index) => ({
        ...refusal,
        message: `the error of entity ${String(index)}`,
        path: ['_entities', index, 'reviews'],
      }));
      return { data: { _entities: asked.map(() => ({ reviews: null })) }, errors } as unknown as ExecutionResult;
    });
  }

  test('has no place, and its error is told once, where Apollo tells it as often as it asked', async () => {
    const [own, apollo] = [await errorsOf('own', usersOf('u', 'u')), await errorsOf('apollo', usersOf('u', 'u'))];
    expect(own.data).toEqual({ shelves: [[{ author: { friends: null } }]] });
    expect(apollo.data).toEqual(own.data);
    expect(own.errors?.map(({ path }) => path)).toEqual([['reviews']]);
    expect(apollo.errors?.map(({ path }) => path)).toEqual([['reviews'], ['reviews']]);
  });

  test('is not counted, where Apollo then takes the one after it for it, and the last for none', async () => {
    const friends = [usersOf('u'), usersOf('v')];
    const [own, apollo] = [await errorsOf('own', ...friends), await errorsOf('apollo', ...friends)];
    const toldBy = ({ errors = [] }: ExecutionResult) =>
      Object.fromEntries(errors.map((error) => [error.message, error.path]));
    const place = ['shelves', 0, 1, 'author', 'friends', 0, 'friends', 0, 'reviews'];
    expect(apollo.data).toEqual(own.data);
    expect(toldBy(own)).toEqual({ 'the error of entity 0': ['reviews'], 'the error of entity 1': place });
    expect(toldBy(apollo)).toEqual({ 'the error of entity 0': place, 'the error of entity 1': ['reviews'] });
  });
});

describe('a value of another kind than its type (GraphQL 6.4.3, 6.4.4: an error of its field)', () => {
  test.each([
    ['an object for a list', '{ books { id } version }', { books: {}, version: '1' }, { data: null }],
    ['text for an object', '{ book(id: 1) { id } version }', { book: 'x', version: '1' }, { book: null, version: '1' }],
    ['text for a list', '{ media { id } version }', { media: 'x', version: '1' }, { media: null, version: '1' }],
    [
      'a list for an object',
      '{ book(id: 1) { id } version }',
      { book: [], version: '1' },
      { book: null, version: '1' },
    ],
  ])('%s costs its own field', async (_title, query, data, expected) => {
    const { data: told, errors } = await run('own', query, { books: () => ({ data }) });
    expect(told).toEqual('data' in expected ? null : expected);
    expect(errors?.map(({ path }) => path)).toEqual([[Object.keys(data)[0]]]);
  });
});

describe('an answer that is no answer', () => {
  const authors = () => ({
    data: { authors: [{ __typename: 'Author', id: 'a', books: [{ __typename: 'Book', id: '1' }] }] },
  });

  test.each([
    ['no entities', {}],
    ['entities that are no list', { _entities: 'x' }],
    ['too many entities', { _entities: [null, null] }],
  ])('with %s costs its own fields, with an error', async (_title, data) => {
    const { data: told, errors } = await run('own', '{ authors { id books { binding } } }', {
      authors,
      books: () => ({ data }),
    });
    expect(told).toEqual({ authors: [{ id: 'a', books: [{ binding: null }] }] });
    expect(errors).toHaveLength(1);
  });
});

describe('fields of one name (GraphQL 6.3.2: collected before they are completed)', () => {
  const query = '{ books { ...A size { unit } } } fragment A on Book { size { width } label }';
  const script: Script = {
    books: () => ({ data: { books: [{ size: { width: 1, unit: 2 }, label: null }] } }),
  };

  test('are completed together, where Apollo gives up before it has seen the second', async () => {
    const messages = async (executor: 'apollo' | 'own'): Promise<unknown> => {
      const { data, extensions } = await run(executor, query, script);
      expect(data).toBeNull();
      return (extensions?.['valueCompletion'] as { message: string }[]).map(({ message }) => message);
    };
    const label = 'Cannot return null for non-nullable field Book.label.';
    expect(await messages('own')).toEqual(['Invalid value found for field Size.unit.', label]);
    expect(await messages('apollo')).toEqual([label]);
  });
});

test('fields of one name that lose the answer lose it before the fields after the first of them', async () => {
  const query = '{ books { binding } version ...A } fragment A on Query { books { label } }';
  const script: Script = { books: () => ({ data: { books: [{ binding: 'HARD', label: null }], version: 5 } }) };
  const messages = async (executor: 'apollo' | 'own'): Promise<unknown> => {
    const { data, extensions } = await run(executor, query, script);
    expect(data).toBeNull();
    return (extensions?.['valueCompletion'] as { message: string }[]).map(({ message }) => message);
  };
  const label = 'Cannot return null for non-nullable field Book.label.';
  expect(await messages('own')).toEqual([label]);
  expect(await messages('apollo')).toEqual(['Invalid value found for field Query.version.', label]);
});

describe('fetches that ask the same of entities', () => {
  const query = '{ a: authors { books { binding } } b: people { ... on Author { books { binding } } } }';
  const books = ['one', 'two'].map((id) => ({ __typename: 'Book', id }));
  const script: Script = {
    authors: () => ({ data: { a: [{ books }], b: [{ __typename: 'Author', books: books.slice(1) }] } }),
    books: ({ representations }) => ({
      data: {
        _entities: (representations as { id: string }[]).map(({ id }) => (id === 'one' ? { binding: 'HARD' } : null)),
      },
      errors: [{ ...refusal, path: ['_entities', 1, 'binding'] }],
    }),
  };

  test('are one, and each entity is in it once', async () => {
    const { data, errors, calls } = await run('own', query, script);
    expect(calls.map(({ service }) => service)).toEqual(['authors', 'books']);
    expect(calls[1]?.variables).toEqual({ representations: books });
    expect(data).toEqual({
      a: [{ books: [{ binding: 'HARD' }, { binding: null }] }],
      b: [{ books: [{ binding: null }] }],
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['a', 0, 'books', 1, 'binding'],
      ['b', 0, 'books', 0, 'binding'],
    ]);
  });

  test('that fail as a whole fail each', async () => {
    const { errors } = await run('own', query, { ...script, books: () => ({ data: {} }) });
    expect(errors).toHaveLength(2);
  });
});

describe('one representation of several types', () => {
  test('leaves each object the type that it has', async () => {
    const media = [
      { __typename: 'Book', id: '1' },
      { __typename: 'Film', id: '1' },
    ];
    const { data, calls } = await run('own', '{ media { __typename rating } }', {
      books: () => ({ data: { media } }),
      ratings: () => ({ data: { _entities: [{ rating: 4 }] } }),
    });
    expect(calls[1]?.variables).toEqual({ representations: [{ __typename: 'Media', id: '1' }] });
    expect(data).toEqual({ media: media.map(({ __typename }) => ({ __typename, rating: 4 })) });
  });
});

describe('mutations', () => {
  test('run one after the other, in the order of the document', async () => {
    const { calls } = await run(
      'own',
      'mutation { addAuthor(name: "x") { id } addBook(input: {}) { id } ship(ids: []) { id } }',
      {
        authors: () => ({ data: { addAuthor: { id: 'a' } } }),
        books: () => ({ data: { addBook: { id: 'b' } } }),
        stock: () => ({ data: { ship: [] } }),
      },
    );
    expect(calls.map(({ service }) => service)).toEqual(['authors', 'books', 'stock']);
  });
});

describe('objects of which nothing is known but who they are', () => {
  const query = '{ authors { books { label isbn } } }';
  const books = ['one', 'two', 'one'].map((id) => ({ __typename: 'Book', id }));
  const authors = () => ({ data: { authors: [{ books }] } });

  test('are completed at each place that they stand at, also when something is wrong with them', async () => {
    const script: Script = {
      authors,
      books: () => ({
        data: {
          _entities: [
            { isbn: {}, label: '1' },
            { isbn: '2', label: '2' },
          ],
        },
      }),
    };
    const { extensions } = await run('own', '{ authors { books { id isbn } } }', script);
    const faults = extensions?.['valueCompletion'] as readonly { readonly path: readonly unknown[] }[];
    const wrong = faults.map(({ path }) => path.join('.')).filter((path) => path.endsWith('isbn'));
    expect([...new Set(wrong)]).toEqual(['authors.0.books.0.isbn', 'authors.0.books.2.isbn']);
  });

  test('stay apart where another fetch says something of each', async () => {
    const planned = bed.plan(query);
    const [first, second] = (planned.plan.node as SequenceNode).nodes as [FetchNode, PlanNode];
    const late: FetchNode = { ...first, serviceName: 'stock', operation: '{authors{books{isbn}}}' };
    const nodes: PlanNode[] = [{ kind: 'Sequence', nodes: [first, second] }, late];
    const node: PlanNode = { kind: 'Parallel', nodes };
    const isbns = ['a', 'b', 'c'].map((isbn) => ({ isbn }));
    const { data } = await bed.run(
      'own',
      { ...planned, plan: { ...planned.plan, node } },
      { text: query, variables: {} },
      async (service) => {
        if (service === 'authors') return structuredClone(authors());
        if (service === 'books') return { data: { _entities: [{ label: '1' }, { label: '2' }] } };
        await setImmediate();
        return { data: { authors: [{ books: structuredClone(isbns) }] } };
      },
    );
    const labels = ['1', '2', '1'];
    expect(data).toEqual({
      authors: [{ books: isbns.map(({ isbn }, index) => ({ label: labels[index], isbn })) }],
    });
  });
});
