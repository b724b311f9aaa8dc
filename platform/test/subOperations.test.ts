import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { SubOperations } from '../src/subOperations.ts';

const SCHEMA = `
  type Query { a(first: Int): Int one: One both: Both }
  interface Named { name: String }
  type One implements Named { id: ID name: String plain: Int other: Other }
  type Two implements Named { name: String }
  type Other { id: ID plain: Int }
  union Both = One | Two
`;
const operations = (): SubOperations =>
  new SubOperations(buildSchema(SCHEMA), (type, field) => type === 'One' && field === 'other');

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
  expect(operations().read('{ a(first: "1") }').document.definitions).toHaveLength(1);
});

test.each([
  ['the fields of a row', '{ one { id alias: name } }', { Query: ['one'], One: ['id', 'name'] }],
  [
    'those of all fragments and places together',
    '{ one { ...on One { id } ...F } again: one { plain } } fragment F on One { name }',
    { Query: ['one'], One: ['id', 'plain', 'name'] },
  ],
  [
    'an interface’s on every type that it may be',
    '{ both { ...on Named { name } ...on One { id } } }',
    { Query: ['both'], One: ['name', 'id'], Two: ['name'] },
  ],
  [
    'nothing of a type whose row a resolver sees',
    '{ one { id other { plain } } }',
    { Query: ['one'], Other: ['plain'] },
  ],
])('an operation shows %s', (_what, text, shown) => {
  const found = [...operations().read(text).shown].map(([type, fields]) => [type, [...fields]]);
  expect(Object.fromEntries(found)).toEqual(shown);
});
