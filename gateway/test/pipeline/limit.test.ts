/** Stage `limit`: an operation’s cost, and the bounds of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';

import type { Parsed } from '../../src/pipeline/flow.ts';
import { limit, LIMITS } from '../../src/pipeline/limit.ts';
import { callerFor } from '../askPipeline.ts';
import { contextOf } from '../requestContexts.ts';
import { client } from './openTestPipeline.ts';

function parsed(text: string, variables: Parsed['asked']['variables'] = {}): Parsed {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('there is no operation');
  const asked = { query: text, operationName: undefined, variables, extensions: {} };
  const context = contextOf(callerFor(client));
  return { arrival: {} as Parsed['arrival'], asked, context, person: 'client', document, operation };
}

const costOf = (text: string, variables: Parsed['asked']['variables'] = {}): number =>
  limit(parsed(text, variables)).cost;

/** A selection as it is drawn, and written with or without fragments. */
interface Field {
  readonly name: string;
  readonly first: number | null | undefined;
  readonly below: readonly Field[];
}

const fields = fc.letrec<{ field: Field; below: readonly Field[] }>((tie) => ({
  below: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('field'), { maxLength: 3 })),
  field: fc.record({
    name: fc.constantFrom('a', 'edges', 'node', 'pageInfo', 'customers'),
    first: fc.option(fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }), { nil: undefined }),
    below: tie('below'),
  }),
}));
const depthOf = (set: readonly Field[]): number =>
  set.length === 0 ? 0 : 1 + Math.max(...set.map(({ below }) => depthOf(below)));
const selection = fc.array(fields.field, { minLength: 1, maxLength: 3 }).filter((set) => depthOf(set) <= 5);

type Wrap = (selections: string) => string;
const plain: Wrap = (selections) => selections;

function write(set: readonly Field[], wrap: Wrap = plain): string {
  const each = set.map(({ name, first, below }) => {
    const parameters = first === undefined ? '' : `(first: ${String(first)})`;
    return `${name}${parameters}${below.length === 0 ? '' : ` { ${wrap(write(below, wrap))} }`}`;
  });
  return each.join(' ');
}

/** Only what is let through has a cost. */
const measured = (text: string): number => {
  try {
    return costOf(text);
  } catch {
    return Infinity;
  }
};

describe('the cost of an operation', () => {
  test('is the number of its fields, lists counted at the size of their page', () => {
    expect(costOf('{ a { b c } }')).toBe(3);
    expect(costOf('{ customers(first: 5) { totalCount edges { node { id } } } }')).toBe(1 + 5 * 4);
    expect(costOf('{ customers(last: 7) { edges { cursor } } }')).toBe(1 + 7 * 2);
    expect(costOf('{ customers { edges { cursor } } }')).toBe(1 + 20 * 2);
    expect(costOf('{ customers(first: 1000000) { edges { cursor } } }')).toBe(1 + 100 * 2);
    expect(costOf('{ customers(first: -5) { edges { cursor } } }')).toBe(1 + 2);
    expect(costOf('{ customers(first: 5) { totalCount } }')).toBe(2);
  });

  test.each([
    ['null, as without one', 'query Q { customers(first: null) { edges { cursor } } }', {}, 41],
    ['a variable', 'query Q($n: Int) { customers(first: $n) { edges { cursor } } }', { n: 50 }, 101],
    ['a variable that is null', 'query Q($n: Int) { customers(first: $n) { edges { cursor } } }', { n: null }, 41],
    ['a variable that is not given', 'query Q($n: Int) { customers(first: $n) { edges { cursor } } }', {}, 41],
    ['a variable’s default', 'query Q($n: Int = 100) { customers(first: $n) { edges { cursor } } }', {}, 201],
    [
      'a variable instead of its default',
      'query Q($n: Int = 100) { customers(first: $n) { edges { cursor } } }',
      { n: 1 },
      3,
    ],
    ['no number', 'query Q($n: Int) { customers(first: $n) { edges { cursor } } }', { n: 'many' }, 41],
  ])('has its page from %s', (_what, text, variables, cost) => {
    expect(costOf(text, variables)).toBe(cost);
  });

  test('is measured for each request when a variable decides it', () => {
    const one = parsed('query Q($n: Int) { customers(first: $n) { edges { cursor } } }', { n: 1 });
    expect(limit(one).cost).toBe(3);
    expect(limit({ ...one, asked: { ...one.asked, variables: { n: 100 } } }).cost).toBe(201);
  });

  test('is the same by whatever fragments it is written', () => {
    fc.assert(
      fc.property(selection, (set) => {
        const fragments: string[] = [];
        const spread: Wrap = (selections) => {
          fragments.push(`fragment F${String(fragments.length)} on T { ${selections} }`);
          return `...F${String(fragments.length - 1)}`;
        };
        const cost = measured(`{ ${write(set)} }`);
        expect(measured(`{ ${write(set, (selections) => `... { ... on T { ${selections} } }`)} }`)).toBe(cost);
        const text = `{ ${spread(write(set, spread))} }`;
        expect(measured(`${text} ${fragments.join(' ')}`)).toBe(cost);
      }),
      { numRuns: 300 },
    );
  });

  test('is no less with one field more, or a larger page', () => {
    const larger = (set: readonly Field[]): Field[] =>
      set.map((field) => ({
        ...field,
        first: typeof field.first === 'number' ? 100 : field.first,
        below: larger(field.below),
      }));
    fc.assert(
      fc.property(
        selection,
        fields.field.filter(({ below }) => depthOf(below) < 3),
        (set, more) => {
          const cost = measured(`{ ${write(set)} }`);
          expect(measured(`{ ${write([...set, more])} }`)).toBeGreaterThan(cost === Infinity ? 0 : cost);
          const [first, ...rest] = set;
          const deeper = first === undefined ? set : [{ ...first, below: [...first.below, more] }, ...rest];
          expect(measured(`{ ${write(deeper)} }`)).toBeGreaterThan(cost === Infinity ? 0 : cost);
          expect(measured(`{ ${write(larger(set))} }`)).toBeGreaterThanOrEqual(cost);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is told to who asks for an explanation', () => {
    const one = parsed('{ a { b } }');
    const explanation = { cost: 0 };
    limit({ ...one, context: { ...one.context, explanation: explanation as never } });
    expect(explanation.cost).toBe(2);
  });
});

const refusal = (message: RegExp | string) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
const limiting = (text: string) => (): unknown => costOf(text);
const nest = (levels: number, name: string): string =>
  `{ ${`${name} { `.repeat(levels - 1)}${name}${' }'.repeat(levels - 1)} }`;

describe('an operation is refused', () => {
  test('one level below what it may have', () => {
    expect(limiting(nest(LIMITS.depth, 'a'))).not.toThrow();
    expect(limiting(nest(LIMITS.depth + 1, 'a'))).toThrow(refusal('nested deeper than 12'));
    const hidden = `{ ...F } fragment F on T ${nest(LIMITS.depth + 1, 'a')}`;
    expect(limiting(hidden)).toThrow(refusal('nested deeper'));
  });

  test('one level below what introspection may have', () => {
    expect(limiting(`{ __type { ${nest(19, 'ofType').slice(1, -1)} } }`)).not.toThrow();
    expect(limiting(`{ __type { ${nest(20, 'ofType').slice(1, -1)} } }`)).toThrow(refusal('nested deeper than 20'));
  });

  test('one field past what it may cost', () => {
    const page = (fieldsBelow: number): string =>
      `{ a(first: 100) { edges { b(first: 100) { edges { ${'c '.repeat(fieldsBelow)} } } } } }`;
    // 1 + 100 + 100 + 10,000 and so many times 10,000.
    expect(costOf(page(8))).toBe(90_201);
    expect(limiting(page(9))).toThrow(refusal('too much at once'));
    const rest = 'd '.repeat(LIMITS.cost - 90_201);
    expect(limiting(page(8).replace('{ a', `{ ${rest} a`))).not.toThrow();
    expect(limiting(page(8).replace('{ a', `{ d ${rest} a`))).toThrow(refusal('too much at once'));
  });

  test.each(['login', 'tokenRefresh', 'passwordChange', 'passwordReset', 'passwordResetRequest', 'emailVerify'])(
    'with two secrets: %s under an alias, in a fragment or with another',
    (name) => {
      expect(limiting(`mutation { a: ${name} { id } }`)).not.toThrow();
      for (const text of [
        `mutation { a: ${name} { id } b: ${name} { id } }`,
        `mutation { ${name} { id } ... { login { id } } }`,
        `mutation { ${name} { id } ...F } fragment F on Mutation { emailVerify { id } }`,
      ])
        expect(limiting(text)).toThrow(refusal('One field that takes a password'));
      expect(limiting(`{ a { ${name} } b { ${name} } }`)).not.toThrow();
    },
  );
});
