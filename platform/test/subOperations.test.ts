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
  ['an argument of another type', '{ a(first: "1") }', 'Int cannot represent non-integer value: "1"'],
  ['a variable that nobody declares', '{ a(first: $first) }', 'Variable "$first" is not defined.'],
])('%s is refused, each time it comes', (_what, text, reason) => {
  const known = operations();
  for (let time = 0; time < 2; time += 1)
    expect(() => known.read(text)).toThrow(`a sub-operation is not valid: ${reason}`);
});
