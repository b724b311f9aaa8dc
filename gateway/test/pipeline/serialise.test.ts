/** Stage `serialise`: the text is JSON of the very answer. */
import { describe, expect, test } from '@jest/globals';
import { createLog } from '@metatron/platform/log';
import fc from 'fast-check';
import { GraphQLError } from 'graphql';

import { outcomeOf, type Outcome } from '../../src/execute/outcome.ts';
import { Explanation } from '../../src/explanation.ts';
import type { Answer } from '../../src/pipeline/answer.ts';
import { serialise } from '../../src/pipeline/serialise.ts';
import { callerFor } from '../askPipeline.ts';
import { contextOf } from '../requestContexts.ts';
import { client } from './openTestPipeline.ts';

const log = createLog('silent');
const context = contextOf(callerFor(client));
const written = (outcome: Outcome): Answer => serialise({ context, outcome }, log);

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '"', '\u2028', ''),
);
const object = fc
  .dictionary(key, fc.jsonValue({ stringUnit: 'binary' }), { noNullPrototype: false })
  .map((made) => JSON.parse(JSON.stringify(made)) as Record<string, unknown>);
const data = fc.option(object, { nil: null });

describe('an answer', () => {
  test('without errors is its data and its extensions, whatever they are', () => {
    fc.assert(
      fc.property(data, fc.option(object, { nil: undefined }), (value, extensions) => {
        const outcome = outcomeOf({ data: value, ...(extensions === undefined ? {} : { extensions }) });
        const first = written(outcome);
        expect(JSON.parse(first.text)).toEqual(
          extensions === undefined ? { data: value } : { data: value, extensions },
        );
        expect(first).toMatchObject({ status: 200, isRequestError: false, outcome: 'ok' });
        expect(first.text.endsWith('}\n')).toBe(true);
        // It may be shared, and is then written once.
        expect(written(outcome).text).toBe(first.text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('with errors has them first, each with its code, its path and the request’s id', () => {
    const path = fc.array(fc.oneof(key, fc.nat()), { minLength: 1, maxLength: 4 });
    const told = fc.record({
      message: fc.string({ unit: 'binary' }),
      path,
      code: fc.constantFrom('FORBIDDEN', 'BAD_USER_INPUT', 'SERVICE_UNAVAILABLE'),
    });
    fc.assert(
      fc.property(data, fc.array(told, { minLength: 1, maxLength: 4 }), (value, faults) => {
        const errors = faults.map(
          ({ message, path: at, code }) => new GraphQLError(message, { path: at, extensions: { code, secret: 1 } }),
        );
        const { text, status, outcome } = written({ ...outcomeOf({ data: value }), errors });
        const expected = faults.map(({ message, path: at, code }) => {
          const [first = ''] = message.split(' Did you mean');
          return { message: first, path: at, extensions: { code, requestId: 'a-request' } };
        });
        expect(JSON.parse(text)).toEqual({ errors: expected, data: value });
        expect(Object.keys(JSON.parse(text) as object)).toEqual(['errors', 'data']);
        expect({ status, outcome }).toEqual({ status: 200, outcome: 'errors' });
      }),
      { numRuns: 500 },
    );
  });

  test('without any data, not even null, is a request’s error', () => {
    const answer = written({
      json: undefined,
      errors: [new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } })],
    });
    expect(answer).toMatchObject({ status: 400, isRequestError: true, outcome: 'errors' });
    expect(JSON.parse(answer.text)).toEqual({
      errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN', requestId: 'a-request' } }],
    });
  });

  test('that is explained says so, and nobody else’s does', () => {
    const outcome = outcomeOf({ data: { a: 1 }, extensions: { b: 2 } });
    const asking = { ...context, explanation: new Explanation(performance.now()) };
    const explained = serialise({ context: asking, outcome }, log);
    expect(JSON.parse(explained.text)).toEqual({
      data: { a: 1 },
      extensions: { b: 2, explain: expect.objectContaining({ cost: 0, plan: null }) },
    });
    expect(JSON.parse(written(outcome).text)).toEqual({ data: { a: 1 }, extensions: { b: 2 } });
    const refused = serialise(
      { context: asking, outcome: { json: undefined, errors: [new GraphQLError('No.')] } },
      log,
    );
    expect(refused.text).not.toContain('explain');
  });
});
