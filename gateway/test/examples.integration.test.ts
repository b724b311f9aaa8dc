import { expect, test } from '@jest/globals';

import { ask, password, read, tokenOf, type Account } from '../../platform/test/kit.ts';
import { fillIn, type Example } from '../playground/examples/example.ts';
import { examples } from '../playground/examples/index.ts';

const CALLERS: Readonly<Record<keyof typeof examples, Account | undefined>> = {
  SUPERADMIN: 'superadmin',
  ADMIN: 'admin',
  CLIENT: 'acme',
  VISITOR: undefined,
};

const all = Object.entries(examples).flatMap(([role, list]) =>
  list.map((example): [string, string, Example] => [role, example.title, example]),
);

/** Every `userErrors` of an answer. */
function refusals(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'userErrors' ? (child as unknown[]) : refusals(child),
  );
}

test.each(all)('%s may run «%s», and it answers whole', async (role, _title, example) => {
  const account = CALLERS[role as keyof typeof examples];
  const token = account === undefined ? undefined : await tokenOf(account);
  const found = example.lookUp === undefined ? undefined : await read(example.lookUp.query, { token });
  const query = fillIn(example, found).replace('password: ""', `password: "${password}"`);
  const { data, errors } = await ask(query, { token, headers: { 'x-metatron-explain': 'true', ...example.headers } });
  expect(errors).toBeUndefined();
  expect(refusals(data)).toEqual([]);
  expect(Object.values(data ?? {})).not.toContain(null);
  expect(query.startsWith('mutation') || query.includes('\nmutation')).toBe(
    example.writes === true || example.waits === true,
  );
});

test('an example that finds nothing to work on says so', () => {
  const example = { title: '', about: '', query: 'ID', lookUp: { query: '', values: { ID: 'leads.edges.0.node.id' } } };
  expect(() => fillIn(example, { leads: { edges: [] } })).toThrow('nothing yet');
  expect(fillIn(example, { leads: { edges: [{ node: { id: 'x' } }] } })).toBe('x');
});
