/** What is compiled answers as graphql-js does, or leaves it to graphql-js. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  execute,
  GraphQLError,
  isObjectType,
  parse,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';

import { compileQuery } from '../src/execute/compileQuery.ts';

const SDL = `
  type Query { one: Item must: Item! items: [Item!] loose: [[Item]] any: [Any] named(first: Int = 3, of: Kind): Named }
  enum Kind { A B }
  interface Named { name: String }
  type Item implements Named { name: String must: String! count: Int kind: Kind child: Item children: [Item!]! plain(of: Int!): Int }
  type Other implements Named { name: String other: Float! }
  union Any = Item | Other
`;

const broken = new Error('broken');
type Source = Readonly<Record<string, unknown>> | undefined;

/** A value of each kind that a resolver can give, right or wrong, at once or later. */
const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.record(
    {
      ...{
        kindOf: fc.constantFrom('Item', 'Item', 'Other', 'Nobody'),
        must: fc.string(),
        other: fc.float({ noNaN: true }),
      },
      ...{
        name: fc.option(fc.string()),
        count: fc.oneof(fc.integer(), fc.string()),
        kind: fc.constantFrom('A', 'B', 'C'),
      },
      ...{ child: tie('value'), children: fc.array(tie('object'), { maxLength: 3 }), plain: fc.integer() },
    },
    { requiredKeys: ['kindOf'] },
  ),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(null, undefined, broken),
    { arbitrary: tie('object'), weight: 12 },
    { arbitrary: fc.array(tie('object'), { maxLength: 3 }), weight: 3 },
  ),
}));

const root = fc.record({
  ...{ one: value, must: value, items: fc.oneof(value, fc.array(value, { maxLength: 3 })), any: fc.array(value) },
  ...{ loose: fc.array(fc.array(value, { maxLength: 2 }), { maxLength: 2 }), named: value },
});
const timing = fc.array(fc.constantFrom('now', 'later', 'fails', 'throws', 'now', 'now', 'later'), {
  minLength: 1,
  maxLength: 7,
});

const QUERIES = [
  '{ one { name must count kind } must { name } items { must again: must children { name } } }',
  '{ any { __typename ...on Named { name } ...on Item { count child { name } } ...F } } fragment F on Other { other }',
  'query ($first: Int, $n: Int!) { named(first: $first, of: B) { name ...on Item { plain(of: $n) ...G child { ...G } } } loose { name } } fragment G on Item { kind children { must } }',
  '{ one { child { name } ...on Item { child { must count } } } constructor: one { toString: name then: name } }',
  '{ one { plain(of: 1) } items { plain(of: 2) kind } __typename }',
];

interface Context {
  readonly root: Source;
  /** How fields give what their objects have, by turns. */
  readonly ways: readonly string[];
  readonly isOracle: boolean;
}

/** graphql-js lets a rejection go unheard in a list with another item that fails at once: here none does. */
const later = (value: unknown): Promise<unknown> => Promise.resolve(Array.isArray(value) ? value.map(later) : value);

function resolve(
  source: Source,
  parameters: object,
  { root, ways, isOracle }: Context,
  { fieldName, parentType }: GraphQLResolveInfo,
): unknown {
  const of = parentType.name === 'Query' ? root : source;
  const found = fieldName === 'plain' ? (parameters as { readonly of: number }).of : of?.[fieldName];
  const way = ways[fieldName.length % ways.length];
  const fails = found === null && (way === 'throws' || way === 'fails');
  if (isOracle) return fails ? Promise.reject(broken) : later(found);
  if (way === 'throws' && fails) throw broken;
  if (way === 'fails' && fails) return Promise.reject(broken);
  return way === 'later' ? Promise.resolve(found) : found;
}

function makeSchema(): GraphQLSchema {
  const made = buildSchema(SDL);
  for (const type of Object.values(made.getTypeMap())) {
    if ('resolveType' in type) type.resolveType = (source: unknown) => (source as { kindOf: string }).kindOf;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve = resolve;
  }
  return made;
}

const VARIABLES = { first: 1, n: 2 };
const schema = makeSchema();
const compiled = QUERIES.map((query) => {
  const document = parse(query);
  return { document, run: compileQuery(schema, document) };
});

async function compare({ document, run }: (typeof compiled)[number], context: Omit<Context, 'isOracle'>) {
  const contextValue = { ...context, isOracle: true };
  const expected = await execute({ schema, document, contextValue, variableValues: VARIABLES });
  const found = await Promise.resolve()
    .then(() => run?.({ ...context, isOracle: false }, VARIABLES))
    .catch(() => undefined);
  if (expected.errors === undefined) expect(JSON.stringify(found)).toBe(JSON.stringify(expected.data));
  else expect(found).toBeUndefined();
  return expected.errors === undefined;
}

describe('a compiled query', () => {
  test('gives what graphql-js gives where nothing is wrong, and nothing where something is', async () => {
    let right = 0;
    const runs = 1_000;
    const property = fc.asyncProperty(fc.constantFrom(...compiled), root, timing, async (query, given, ways) => {
      if (await compare(query, { root: given, ways })) right += 1;
    });
    await fc.assert(property, { numRuns: runs });
    // Both happen, often.
    expect(right).toBeGreaterThan(runs / 20);
    expect(right).toBeLessThan(runs - runs / 20);
  });

  test.each([
    ['a mutation', 'mutation { a }'],
    ['what a directive decides on', 'query ($a: Boolean!) { one @include(if: $a) { name } }'],
    ['several operations', 'query A { one { name } } query B { one { name } }'],
  ])('is made of everything but %s', (_what, text) => {
    expect(compileQuery(buildSchema(`${SDL} type Mutation { a: Int }`), parse(text))).toBeUndefined();
  });

  test.each([
    ['variables that do not fit', 'query ($n: Int!) { one { plain(of: $n) } }'],
    ['the schema’s own fields', '{ __schema { types { name } } }'],
    ['a key that JavaScript keeps for itself', '{ __proto__: one { name } }'],
  ])('leaves %s to graphql-js', (_what, text) => {
    const run = compileQuery(schema, parse(text));
    expect(() => run?.({}, {})).toThrow();
  });

  test('lets nothing that failed late end the process', async () => {
    const made = makeSchema();
    const fields = made.getQueryType()?.getFields() ?? {};
    const late = new Promise((_resolve, reject) => setTimeout(() => reject(new GraphQLError('late')), 10));
    Object.assign(fields['one'] ?? {}, { resolve: () => late });
    Object.assign(fields['must'] ?? {}, { resolve: () => broken });
    expect(() => compileQuery(made, parse('{ one { name } must { name } }'))?.({}, {})).toThrow();
    await expect(late).rejects.toThrow('late');
  });
});
