/** Rules on abstract types, which the schema of today has none of: the stage is tried on one of its own. */
import { describe, expect, test } from '@jest/globals';
import { people, type Person } from '@metatron/platform/access/matrix';
import { buildSchema, getOperationAST, parse, print } from 'graphql';

import type { AccessTable } from '../src/accessTable.ts';
import { decide } from '../src/pipeline/decide.ts';

const schema = buildSchema(`
  interface Named { name: String secret: String }
  type Open implements Named { name: String secret: String other: Closed }
  type Closed implements Named { name: String secret: String }
  union Either = Open | Closed
  type Query { named: Named either: Either open: Open }
`);

const denied = new Set(['Closed.secret']);
const table = Object.fromEntries(Object.keys(people).map((person) => [person, denied])) as unknown as AccessTable;

/** The names that are denied, and what is left to run. */
function check(query: string, operationName?: string, person: Person = 'client') {
  const document = parse(query);
  const found = decide(schema, table, { document, operation: getOperationAST(document, operationName)! }, person);
  const names = [...found.denied].map(({ alias, name }) => (alias ?? name).value);
  return { names, left: found.document === undefined ? undefined : print(found.document).replace(/\s+/g, ' ') };
}

describe('threat 6: a field that is denied on one concrete type', () => {
  // GHSA-mx7m-j9xf-62hw: the rule stood on one of the two, and the other way round it.
  test.each([
    ['its interface', '{ named { name x: secret } }'],
    ['a fragment on the concrete type', '{ named { name ... on Closed { x: secret } } }'],
    ['a named fragment on the interface', '{ named { name ...F } } fragment F on Named { x: secret }'],
    ['a union’s fragment', '{ either { ... on Open { name } ... on Closed { x: secret } } }'],
    ['an interface inside of a union', '{ either { ... on Named { name x: secret } } }'],
    ['a fragment in a fragment', '{ either { ...A } } fragment A on Named { ...B } fragment B on Closed { x: secret }'],
    ['another type’s field', '{ open { other { name x: secret } } }'],
    ['a directive that a variable decides', 'query Q($v: Boolean!) { named { name x: secret @skip(if: $v) } }'],
    ['a fragment under a directive', '{ named { name ... on Closed @include(if: true) { x: secret } } }'],
  ])('is not reached by %s', (_how, query) => {
    const { names, left } = check(query);
    expect(names).toEqual(['x']);
    expect(left).toBeDefined();
    expect(left).not.toContain('secret');
  });

  test('stays open on the type beside it', () => {
    expect(check('{ open { secret } named { ... on Open { secret } } }').names).toEqual([]);
  });

  test('is found in an operation that does not run, which is not sent on either', () => {
    const { left } = check('query Runs { open { name } } query Other { named { secret } }', 'Runs');
    expect(left).not.toContain('secret');
  });
});
