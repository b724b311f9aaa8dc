/** Fragments that multiply, go in circles, or are many. */
import { describe, expect, test } from '@jest/globals';

import { detonate, expectRefused, times } from './beside.ts';

const name = (nth: number): string => `F${String(nth)}`;
/** Each enters the next so many times. */
const doubling = (count: number, on: string, piece: (next: string) => string, last: string): string =>
  times(
    count,
    (nth) => `fragment ${name(nth)} on ${on} { ${nth === count - 1 ? last : piece(`...${name(nth + 1)}`)} }`,
  );

describe('threats 11, CVE-2025-32030: fragments', () => {
  test.each([
    ['that each enter the next twice', doubling(30, 'User', (next) => `${next} ${next}`, 'email')],
    [
      'that each enter the next under two aliases',
      doubling(25, 'User', (next) => `a: tenant { users { edges { node { ${next} } } } } ${next}`, 'email'),
    ],
    [
      'that each enter the next in two inline fragments',
      doubling(30, 'User', (next) => `... { ${next} } ... on User { ${next} }`, 'email'),
    ],
    ['in a circle of one', 'fragment F0 on User { ...F0 }'],
    [
      'in a circle of two hundred',
      times(200, (nth) => `fragment ${name(nth)} on User { ...${name((nth + 1) % 200)} }`),
    ],
    ['in a circle that goes through fields', 'fragment F0 on User { tenant { users { edges { node { ...F0 } } } } }'],
    ['that nobody has written', ''],
    [
      'that nobody uses',
      `fragment F0 on User { email } ${times(200, (nth) => `fragment G${String(nth)} on User { email }`)}`,
    ],
    ['of a type that is none', 'fragment F0 on __proto__ { email }'],
    ['twice by one name', 'fragment F0 on User { email } fragment F0 on User { id }'],
  ])('%s are refused', async (_what, fragments) => {
    expectRefused(await detonate(`{ me { ...F0 } } ${fragments}`), 'GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    [
      'one after the other, to the depth that fields have',
      times(9, (nth) => `fragment ${name(nth)} on User { ...${name(nth + 1)} }`),
    ],
    ['entered a few hundred times', `fragment F0 on User { ${'...F9 '.repeat(300)} }`],
  ])('%s are answered', async (_what, fragments) => {
    const { data, errors } = await detonate(`{ me { ...F0 } } ${fragments} fragment F9 on User { email }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ me: { email: 'client@acme.example' } });
  });

  test('inside one another are no deeper than their field', async () => {
    const query = `{ me { ${'... on User { '.repeat(350)} email ${'} '.repeat(350)} } }`;
    expect(await detonate(query)).toMatchObject({ data: { me: { email: 'client@acme.example' } }, errors: undefined });
  });
});
