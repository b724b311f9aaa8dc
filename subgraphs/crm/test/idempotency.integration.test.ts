import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';

import { change, countOf, done, refusal, type Payload } from './crm.ts';

afterAll(closeSql);

const idOf = ({ customer, lead }: Payload): string | undefined => (customer ?? lead)?.id;

describe.each([
  ['customerCreate', 'customers', 'company'],
  ['leadCreate', 'leads', 'title'],
])('%s with an idempotency key', (mutation, table, field) => {
  const inputOf = (text: string): object => ({ [field]: text, idempotencyKey: `key ${text}` });
  const rows = (text: string): Promise<number> => countOf(`${table} WHERE ${field} = $1`, [text]);

  test('answers the same and has one effect when it is repeated', async () => {
    const text = randomUUID();
    const first = await change('acme', mutation, inputOf(text));
    const again = await change('acme', mutation, inputOf(text));
    expect(idOf(first)).toEqual(expect.any(String));
    expect(again).toEqual(first);
    expect(await rows(text)).toBe(1);
  });

  test('has one effect also when it is repeated at the same time', async () => {
    const text = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => change('acme', mutation, inputOf(text))));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(await rows(text)).toBe(1);
  });

  test('is a CONFLICT with another input', async () => {
    const text = randomUUID();
    await change('acme', mutation, inputOf(text));
    const other = { ...inputOf(text), source: 'elsewhere' };
    expect(await refusal('acme', mutation, other)).toBe('CONFLICT idempotencyKey');
    expect(await rows(text)).toBe(1);
  });

  test('may be used again after a refusal', async () => {
    const text = randomUUID();
    const wrong = { ...inputOf(text), source: 'x'.repeat(101) };
    expect(await refusal('acme', mutation, wrong)).toBe('INVALID source');
    expect(idOf(await change('acme', mutation, inputOf(text)))).toEqual(expect.any(String));
  });
});

describe('an idempotency key', () => {
  test('of one mutation is a CONFLICT for another', async () => {
    const idempotencyKey = randomUUID();
    await done('customer', 'acme', 'customerCreate', { company: 'Key', idempotencyKey });
    expect(await refusal('acme', 'leadCreate', { title: 'Key', idempotencyKey })).toBe('CONFLICT idempotencyKey');
  });
});
