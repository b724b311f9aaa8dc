/** Stage `parse`: what is no valid operation is refused, and a text is looked at once. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import type { Arrival, Identified } from '../../src/pipeline/flow.ts';
import { Parser } from '../../src/pipeline/parse.ts';
import { InvalidRequest } from '../../src/pipeline/refusal.ts';
import { callerFor } from '../askPipeline.ts';
import { contextOf } from '../requestContexts.ts';
import { client } from './openTestPipeline.ts';

const schema = buildSchema('type Query { a(first: Int): Int me: Query } type Mutation { b: Int }');

function identified(query: string | undefined, operationName?: string, arrival: Partial<Arrival> = {}): Identified {
  return {
    arrival: { startedAt: 0, isReadOnly: false, ...arrival } as Arrival,
    asked: { query, operationName, variables: {}, extensions: {} },
    context: contextOf(callerFor(client)),
    person: 'client',
  };
}

const refusalOf = (query: string | undefined, operationName?: string, arrival?: Partial<Arrival>): unknown => {
  try {
    return new Parser(schema).parse(identified(query, operationName, arrival)).operation;
  } catch (error) {
    return error;
  }
};

describe('a document', () => {
  test('is parsed once, and is another one for another text', () => {
    const parser = new Parser(schema);
    const { document } = parser.parse(identified('{ a }'));
    expect(parser.parse(identified('{ a }')).document).toBe(document);
    expect(parser.parse(identified('{ a } ')).document).not.toBe(document);
  });

  test('that is refused is refused again without another look', () => {
    const parser = new Parser(schema);
    const refusals = [1, 2].map(() => {
      try {
        return parser.parse(identified('{ nothing }'));
      } catch (error) {
        return error;
      }
    });
    expect(refusals[0]).toBeInstanceOf(InvalidRequest);
    expect(refusals[1]).toBe(refusals[0]);
  });

  test('gives place to others when there are too many, and is parsed anew', () => {
    const parser = new Parser(schema);
    const { document } = parser.parse(identified('{ a }'));
    for (let nth = 0; nth < 1_000; nth += 1) parser.parse(identified(`{ a${String(nth)}: a }`));
    expect(parser.parse(identified('{ a }')).document).not.toBe(document);
  });

  test.each([
    ['is no GraphQL', '{', 'GRAPHQL_VALIDATION_FAILED'],
    ['asks for what is not there', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['has 2,001 tokens', `{ ${'a '.repeat(1_999)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['is empty', '', 'BAD_USER_INPUT'],
    ['is none', undefined, 'BAD_USER_INPUT'],
  ])('that %s is refused', (_what, query, code) => {
    expect(refusalOf(query)).toMatchObject({ code });
  });

  test('with 2,000 tokens is read', () => {
    const fields = Array.from({ length: 666 }, (_, nth) => `a${String(nth)}: a`);
    expect(refusalOf(`{ ${fields.join(' ')} }`)).toHaveProperty('selectionSet');
    expect(refusalOf(`{ ${fields.join(' ')} a }`)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test('whose fragments multiply is refused before it is validated, and one whose fragments go in a circle after', () => {
    const bomb = Array.from(
      { length: 20 },
      (_, nth) => `fragment F${String(nth)} on Query { me { ...F${String(nth + 1)} ...F${String(nth + 1)} } }`,
    );
    expect(refusalOf(`{ ...F0 } ${bomb.join(' ')} fragment F20 on Query { a }`)).toMatchObject({
      faults: [{ message: 'The operation recursively requests too many selections.' }],
    });
    expect(refusalOf('{ ...A } fragment A on Query { me { ...A } }')).toMatchObject({
      faults: [{ message: 'Cannot spread fragment "A" within itself.' }],
    });
  });

  test('tells where it is wrong, and suggests nothing', () => {
    expect(refusalOf('{ mee { a } }')).toMatchObject({
      faults: [{ message: 'Cannot query field "mee" on type "Query".', locations: [{ line: 1, column: 3 }] }],
    });
  });
});

describe('an operation', () => {
  const two = 'query A { a } mutation B { b }';

  test('is chosen by its name', () => {
    expect(refusalOf(two, 'B')).toMatchObject({ operation: 'mutation' });
    expect(refusalOf(two, 'C')).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(refusalOf(two)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('that changes something is refused to a request that may not', () => {
    expect(refusalOf(two, 'B', { isReadOnly: true })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(refusalOf(two, 'A', { isReadOnly: true })).toMatchObject({ operation: 'query' });
  });

  test('has more time when it is a mutation', () => {
    const deadlineOf = (name: string): number =>
      new Parser(schema).parse(identified(two, name, { startedAt: 0 })).context.deadlineAt;
    expect(deadlineOf('B')).toBe(30_000);
    expect(deadlineOf('A')).toBe(Infinity);
  });
});
