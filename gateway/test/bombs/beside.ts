/** A bomb at the gateway of all tests, with a request of somebody else beside it. */
import { expect } from '@jest/globals';

import { ask, tokenOf, url, type Answer } from '../../../platform/test/kit.ts';
import { deadlineOf } from '../../src/resilience/settings.ts';

/** A second look at what a machine in use adds. */
const HASTE_MS = 1_000;
/** What a bomb may leave behind until it is collected; they would take gigabytes. */
const MOST_GROWN = 512 * 2 ** 20;

async function memory(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

/** Sends a bomb: it is answered in its time, in bounded memory, and a request beside it as if there were none. */
export async function beside<T>(bomb: () => Promise<T>): Promise<T> {
  const token = await tokenOf('acme');
  const before = await memory();
  const startedAt = performance.now();
  const [answer, healthy] = await Promise.all([bomb(), ask('{ me { email } }', { token })]);
  expect(performance.now() - startedAt).toBeLessThan(deadlineOf('query', 0) + HASTE_MS);
  expect(healthy).toMatchObject({ status: 200, data: { me: { email: 'client@acme.example' } }, errors: undefined });
  expect((await memory()) - before).toBeLessThan(MOST_GROWN);
  return answer;
}

/** A bomb that is an operation in GraphQL, of somebody who is signed in. */
export const detonate = (query: string, variables: object = {}): Promise<Answer> =>
  beside(async () => ask(query, { token: await tokenOf('acme'), variables }));

export type Refusal = 'BAD_USER_INPUT' | 'GRAPHQL_VALIDATION_FAILED';

/** Nothing of it has run, and each of its errors says why in a code. */
export function expectRefused({ status, data, errors }: Answer, code: Refusal): void {
  expect(errors?.length).toBeGreaterThan(0);
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
  expect(data).toBeUndefined();
  expect(status).toBe(400);
}

/** So many pieces of text, each by its number. */
export const times = (count: number, piece: (nth: number) => string): string =>
  Array.from({ length: count }, (_, nth) => piece(nth)).join(' ');
