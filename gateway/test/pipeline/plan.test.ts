/** Stage `plan`: an operation is planned once, as many as are kept; variables that do not fit are refused. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';

import { namesOfPlanner } from '../../src/execute/planNames.ts';
import { Unsupported } from '../../src/execute/run.ts';
import { Explanation } from '../../src/explanation.ts';
import type { Decision } from '../../src/pipeline/decide.ts';
import type { Authorised } from '../../src/pipeline/flow.ts';
import { Planner } from '../../src/pipeline/plan.ts';
import type { InvalidRequest } from '../../src/pipeline/refusal.ts';
import { readSupergraph } from '../../src/supergraph.ts';
import { callerFor } from '../askPipeline.ts';
import { Bed } from '../fuzz/bed.ts';
import { contextOf } from '../requestContexts.ts';
import { client } from './openTestPipeline.ts';

const { sdl } = readSupergraph();
const schema = new Bed(sdl).api;
const reserved = namesOfPlanner(sdl);
let planner: Planner;

beforeAll(() => {
  planner = new Planner({ schema, supergraphSdl: sdl, reserved });
});

/** Of which nothing is denied. */
function decisionOn(text: string): Decision {
  const document = parse(text, { noLocation: true });
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('there is no operation');
  return { document, operation, introspection: undefined, denied: new Set() };
}

function authorised(
  decision: Decision,
  variables: Authorised['asked']['variables'] = {},
  explanation?: Explanation,
): Authorised {
  const { operation } = decision;
  const context = { ...contextOf(callerFor(client)), explanation };
  const asked = { query: '', operationName: undefined, variables, extensions: {} };
  const document = decision.document ?? parse('{ a }');
  const arrival = {} as Authorised['arrival'];
  return { arrival, asked, context, person: 'client', document, operation, cost: 0, decision };
}

describe('an operation', () => {
  test('is planned once, as the very same, and another of the same text apart', () => {
    const [one, other] = [decisionOn('{ me { email } }'), decisionOn('{ me { email } }')];
    const { plan } = planner.plan(authorised(one));
    expect(plan).toBeDefined();
    expect(planner.plan(authorised(one)).plan).toBe(plan);
    expect(planner.plan(authorised(other)).plan).not.toBe(plan);
  });

  test('is planned anew when a thousand others have come since, and not before', () => {
    const first = decisionOn('{ me { email } }');
    const again = decisionOn('{ me { id } }');
    const [plan, kept] = [planner.planOf(first), planner.planOf(again)];
    for (let nth = 0; nth < 998; nth += 1) planner.planOf(decisionOn(`{ a${String(nth)}: __typename }`));
    // Still there, and the last that was used.
    expect(planner.planOf(again)).toBe(kept);
    for (let nth = 0; nth < 2; nth += 1) planner.planOf(decisionOn(`{ b${String(nth)}: __typename }`));
    expect(planner.planOf(again)).toBe(kept);
    expect(planner.planOf(first)).not.toBe(plan);
  });

  test('of which nothing is left has no plan, nor has any where Apollo’s executor runs', () => {
    const nothing = { ...decisionOn('{ me { email } }'), document: undefined };
    expect(planner.plan(authorised(nothing)).plan).toBeUndefined();
    const apollo = new Planner({ schema, supergraphSdl: undefined, reserved });
    expect(apollo.plan(authorised(decisionOn('{ me { email } }'))).plan).toBeUndefined();
  });

  test('that the own executor does not handle is kept as that, with the reason', () => {
    const introspection = decisionOn('{ __schema { queryType { name } } }');
    const plan = planner.planOf(introspection);
    expect(plan).toBeInstanceOf(Unsupported);
    expect(planner.planOf(introspection)).toBe(plan);
  });

  test('tells its plan to who asks for an explanation', () => {
    const explanation = new Explanation(performance.now());
    planner.plan(authorised(decisionOn('{ me { email } }'), {}, explanation));
    expect(JSON.stringify(explanation.report().plan)).toContain('"service":"auth"');
  });
});

describe('variables', () => {
  const decision = decisionOn(
    'query Q($first: Int, $filter: CustomerFilter, $id: ID!) { customers(first: $first, filter: $filter) { totalCount } customer(id: $id) { id } }',
  );
  const refusalOf = (variables: Authorised['asked']['variables']): InvalidRequest | undefined => {
    try {
      planner.plan(authorised(decision, variables));
      return undefined;
    } catch (error) {
      return error as InvalidRequest;
    }
  };

  test('that fit are let through', () => {
    expect(refusalOf({ id: '1', first: 3, filter: { email: { eq: 'a' } }, nobodys: 1 })).toBeUndefined();
  });

  test.each([
    ['are missing', {}, 'of required type "ID!" was not provided'],
    ['are null where there must be one', { id: null }, 'must not be null'],
    ['are of another kind', { id: '1', first: 'many' }, 'Int cannot represent non-integer value'],
    [
      'have a field too many',
      { id: '1', filter: { emial: {} } },
      'Field "emial" is not defined by type "CustomerFilter".',
    ],
  ])('that %s are refused, without a suggestion', (_what, variables, message) => {
    const refusal = refusalOf(variables);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) });
    expect(refusal?.message).not.toContain('Did you mean');
  });

  test('that are wrong at a hundred thousand places are told some of them, in few words', () => {
    const wrong = { id: '1', filter: { email: { in: Array.from({ length: 100_000 }, (_, nth) => nth) } } };
    const keys = Object.fromEntries(Array.from({ length: 5_000 }, (_, nth) => [`key${String(nth)}`, 'x'.repeat(30)]));
    for (const variables of [wrong, { id: '1', filter: keys }]) {
      const faults = refusalOf(variables)?.faults ?? [];
      expect(faults.length).toBeGreaterThan(1);
      expect(faults.length).toBeLessThan(10);
      for (const { message } of faults) expect(message.length).toBeLessThan(510);
    }
  });
});
