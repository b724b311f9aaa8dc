/** Stage `complete`: what is denied is null, as if its resolver had refused: graphql-js says what that is. */
import { expect, test } from '@jest/globals';
import type { AccessTable } from '../../src/accessTable.ts';
import {
  execute,
  getOperationAST,
  getNullableType,
  GraphQLError,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type ExecutionResult,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
} from 'graphql';

import { outcomeOf } from '../../src/execute/outcome.ts';
import { complete } from '../../src/pipeline/complete.ts';
import { decide } from '../../src/pipeline/decide.ts';
import type { Executed } from '../../src/pipeline/flow.ts';
import { readSupergraph } from '../../src/supergraph.ts';
import { callerFor } from '../askPipeline.ts';
import { Bed } from '../fuzz/bed.ts';
import { generate, type Generated } from '../fuzz/generate.ts';
import { hash, Random } from '../fuzz/random.ts';
import { contextOf } from '../requestContexts.ts';
import { client } from './openTestPipeline.ts';

interface Made {
  readonly key: number;
}

/** The platform's own has no abstract types, of which `complete` does not know which one an object is. */
const schema = new Bed(readSupergraph().sdl).api;
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
for (const type of types) if (isLeafType(type)) type.serialize = (value) => value;

/** The fields that can be denied: composition sees to it that they are nullable. */
const deniable = types.filter(isObjectType).flatMap((type) =>
  Object.values(type.getFields())
    .filter((field) => !isNonNullType(field.type))
    .map(({ name }) => `${type.name}.${name}`),
);

/** A value that follows from what it is a value of; a twentieth of those that may not be null are, all the same. */
function valueOf(type: GraphQLOutputType, key: number): unknown {
  if (key % (isNonNullType(type) ? 20 : 6) === 0) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable))
    return Array.from({ length: key % 3 }, (_, nth) => valueOf(nullable.ofType, hash(key, nth)));
  if (isObjectType(nullable)) return { key };
  return isEnumType(nullable) ? nullable.getValues()[0]?.name : key % 100;
}

const run = async (
  { text, variables }: Generated,
  document = parse(text),
  seed = 0,
  denied: ReadonlySet<string> = new Set(),
): Promise<ExecutionResult> => {
  const fieldResolver: GraphQLFieldResolver<Made | undefined, unknown> = (
    source,
    _input,
    _context,
    { fieldName, parentType, returnType },
  ) => {
    const coordinate = `${parentType.name}.${fieldName}`;
    if (denied.has(coordinate)) throw new GraphQLError('You may not use this.', { extensions: { code: 'FORBIDDEN' } });
    return valueOf(returnType, hash(seed, source?.key ?? 0, coordinate));
  };
  return execute({ schema, document, variableValues: variables, fieldResolver });
};

interface Completed {
  readonly data: unknown;
  readonly errors: readonly GraphQLError[];
  readonly denied: ReadonlySet<FieldNode>;
}

/** As the pipeline does: what is denied is cut out, the rest is executed, and completed over the whole. */
async function completed(operation: Generated, seed: number, coordinates: ReadonlySet<string>): Promise<Completed> {
  const document = parse(operation.text);
  const asked = { query: operation.text, operationName: undefined, variables: operation.variables, extensions: {} };
  const table = { client: coordinates } as unknown as AccessTable;
  const whole = { document, operation: getOperationAST(document)! };
  const decision = decide(schema, table, whole, 'client');
  const outcome =
    decision.document === undefined ? undefined : outcomeOf(await run(operation, decision.document, seed));
  const context = contextOf(callerFor(client));
  const executed: Executed = {
    ...whole,
    ...{ asked, context, decision, outcome },
    person: 'client',
    cost: 0,
    plan: undefined,
    arrival: {} as Executed['arrival'],
  };
  const { json = 'null', errors = [] } = complete(executed).outcome;
  return { data: JSON.parse(json), errors, denied: decision.denied };
}

const isDenial = ({ extensions }: GraphQLError): boolean => extensions['code'] === 'FORBIDDEN';
const asText = (error: GraphQLError): string => JSON.stringify(error.path);
/** Whether the object of a field has not itself become null. */
const isThere = (data: unknown, path: GraphQLError['path'] = []): boolean =>
  path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key] ?? null, data) !== null;
/** As JSON, where two objects without a prototype are the same as two with one. */
const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('an answer without what is denied is that of graphql-js when the resolvers refuse it', async () => {
  let [withDenials, bubbled] = [0, 0];
  for (let seed = 1; seed <= 600; seed += 1) {
    const operation = generate(schema, seed);
    if (operation.text.startsWith('mutation')) continue;
    const random = new Random(seed);
    const coordinates = new Set(deniable.filter(() => random.chance(0.15)));
    const expected = await run(operation, parse(operation.text), seed, coordinates);
    const { data, errors } = await completed(operation, seed, coordinates);
    expect({ seed, data: told(data) }).toEqual({ seed, data: told(expected.data ?? null) });
    const refusals = new Set((expected.errors ?? []).filter(isDenial).map(asText));
    const own = errors.filter(isDenial);
    if (own.length > 0) withDenials += 1;
    // One for each field that is denied, at one of the places where it would have stood.
    for (const error of own) expect({ seed, at: refusals.has(asText(error)) }).toEqual({ seed, at: true });
    const seen = (expected.errors ?? []).filter((error) => isDenial(error) && isThere(expected.data, error.path));
    if (seen.length < refusals.size) bubbled += 1;
    expect({ seed, isTold: own.length > 0 }).toEqual({ seed, isTold: seen.length > 0 });
  }
  expect(withDenials).toBeGreaterThan(100);
  expect(bubbled).toBeGreaterThan(0);
}, 120_000);
