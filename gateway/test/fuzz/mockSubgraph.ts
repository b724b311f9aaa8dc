/** A subgraph that makes its answers up: each value depends on the world's seed and on what it is a value of. */
import {
  execute,
  getNullableType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import { hash } from './random.ts';
import type { World } from './world.ts';

/** An object of an answer: its type, and who it is. */
interface Made {
  readonly __typename: string;
  readonly identity: number;
}

/** Few of them, so that the same entity is met again. */
const IDENTITIES = 7;

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const canonical = (value: unknown): string => JSON.stringify(value, sorted);

function scalar(name: string, key: number): unknown {
  switch (name) {
    case 'Int':
      return (key % 9) - 2;
    case 'Float':
      return (key % 40) / 8;
    case 'Boolean':
      return key % 2 === 0;
    case 'ID':
      return `id-${String(key % 5)}`;
    case 'String':
      return key % 23 === 0 ? '"\\\u2028é' : `text ${String(key % 6)}`;
    default:
      return [`own ${String(key % 4)}`, key % 11, { a: key % 3, __proto__: null }, [key % 2, null]][key % 4];
  }
}

/** What no value of the type is. */
const CORRUPT: readonly unknown[] = [1.5, 'no such value', true, 12];

export class MockSubgraph {
  readonly name: string;
  private readonly schema: GraphQLSchema;
  private readonly documents = new Map<string, DocumentNode>();

  constructor(name: string, schema: GraphQLSchema) {
    this.name = name;
    this.schema = schema;
    // What is wrong must get out, as from a subgraph that nobody has checked.
    for (const type of Object.values(schema.getTypeMap())) if (isLeafType(type)) type.serialize = (value) => value;
  }

  async answer(world: World, query: string, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult> {
    await world.delay(this.name, query);
    const failure = world.failure(this.name, query);
    if (failure !== undefined) return failure;
    const result = await execute({
      schema: this.schema,
      document: this.parsed(query),
      variableValues: variables,
      fieldResolver: this.resolver(world),
      typeResolver: (value) => (value as Made).__typename,
    });
    return world.isRemote ? (JSON.parse(JSON.stringify(result)) as ExecutionResult) : result;
  }

  private parsed(query: string): DocumentNode {
    const document = this.documents.get(query) ?? parse(query, { noLocation: true });
    if (this.documents.size > 500) this.documents.clear();
    this.documents.set(query, document);
    return document;
  }

  private resolver(world: World): GraphQLFieldResolver<Made | undefined, unknown, Record<string, unknown>> {
    return (source, input, _context, { fieldName, parentType, returnType }) => {
      if (fieldName === '_entities') return this.entities(world, input['representations'] as { __typename: string }[]);
      const coordinate = `${parentType.name}.${fieldName}`;
      const key = hash(world.seed, this.name, source?.identity ?? 0, coordinate, canonical(input));
      if (world.isOne('fieldErrors', key)) throw failureOf(coordinate, key);
      return this.value(world, returnType, key);
    };
  }

  private entities(world: World, representations: readonly { readonly __typename: string }[]): (Made | null)[] {
    return representations.map((representation) => {
      const key = hash(world.seed, canonical(representation));
      const type = this.schema.getType(representation.__typename);
      if (world.isOne('nullEntities', key) || type === undefined || !isCompositeType(type)) return null;
      return { __typename: this.concrete(type.name, key), identity: key };
    });
  }

  private concrete(typeName: string, key: number): string {
    const type = this.schema.getType(typeName);
    if (!isAbstractType(type)) return typeName;
    const possible: readonly GraphQLObjectType[] = this.schema.getPossibleTypes(type);
    return possible[key % possible.length]?.name ?? typeName;
  }

  private value(world: World, type: GraphQLOutputType, key: number): unknown {
    if (!isNonNullType(type) && world.isOne('nulls', key)) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const of = nullable.ofType;
      return Array.from({ length: key % 4 }, (_, index) => this.value(world, of, hash(key, index)));
    }
    if (isObjectType(nullable) || isAbstractType(nullable))
      return { __typename: this.concrete(nullable.name, hash(key, 'type')), identity: key % IDENTITIES };
    if (world.isOne('corruptLeaves', key)) return CORRUPT[key % CORRUPT.length];
    const names = isEnumType(nullable) ? nullable.getValues().map(({ name }) => name) : undefined;
    return names === undefined ? scalar(nullable.name, key) : names[key % names.length];
  }
}

function failureOf(coordinate: string, key: number): GraphQLError {
  const extensions = [{}, { code: 'FORBIDDEN' }, { code: 'NEW', detail: key % 5 }, { code: 'INVALID_GRAPHQL' }][
    key % 4
  ];
  return new GraphQLError(key % 29 === 0 ? '' : `${coordinate} failed`, { extensions: extensions ?? {} });
}
