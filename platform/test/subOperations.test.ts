import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { SubOperations } from '../src/subOperations.ts';

const operations = (): SubOperations => new SubOperations(buildSchema('type Query { a(first: Int): Int }'));

test('a sub-operation is parsed and validated once', () => {
  const known = operations();
  const document = known.read('{ a }');
  expect(known.read('{ a }')).toBe(document);
  expect(known.read('{ b: a }')).not.toBe(document);
});

test.each([
  ['a field that is not there', '{ b }', 'Cannot query field "b" on type "Query".'],
  ['an argument that is not there', '{ a(last: 1) }', 'Unknown argument "last" on field "Query.a".'],
  ['a variable that nobody declares', '{ a(first: $first) }', 'Variable "$first" is not defined.'],
])('%s is refused, each time it comes', (_what, text, reason) => {
  const known = operations();
  for (let time = 0; time < 2; time += 1)
    expect(() => known.read(text)).toThrow(`a sub-operation is not valid: ${reason}`);
});

test('a literal is not looked at: the field that it is for refuses it, as the caller’s', () => {
  expect(operations().read('{ a(first: "1") }').definitions).toHaveLength(1);
});
