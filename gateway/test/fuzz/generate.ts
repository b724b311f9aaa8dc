/** Makes operations that a schema allows, of all that GraphQL has for queries and mutations. */
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

import { Random } from './random.ts';

export interface Generated {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Field = GraphQLField<unknown, unknown>;

const ALIASES = [
  'a',
  'b',
  'c',
  'constructor',
  'toString',
  '__proto__',
  'id',
  'isbn',
  'number',
  'size',
  'name',
  '__typename',
];
const MAX_DEPTH = 9;
const MAX_INPUT_DEPTH = 2;

const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value instanceof Name) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${literal(inner)}`);
  return `{ ${fields.join(', ')} }`;
};

/** An enum's value, which is quoted in JSON and not in GraphQL. */
class Name {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

class Generator {
  readonly variables: Record<string, unknown> = {};
  readonly definitions = new Map<string, string>();
  readonly fragments: string[] = [];
  private readonly schema: GraphQLSchema;
  private readonly random: Random;
  private budget: number;

  constructor(schema: GraphQLSchema, random: Random) {
    this.schema = schema;
    this.random = random;
    this.budget = 6 + random.below(40);
  }

  selection(type: GraphQLCompositeType, depth: number): string {
    const wanted = 1 + this.random.below(depth < 2 ? 5 : 3);
    const selections: string[] = [];
    for (let index = 0; index < wanted && this.budget > 0; index += 1) {
      this.budget -= 1;
      selections.push(this.one(type, depth));
    }
    return `{ ${selections.length === 0 ? '__typename' : selections.join(' ')} }`;
  }

  private one(type: GraphQLCompositeType, depth: number): string {
    const fields = isAbstractType(type) && !isInterfaceType(type) ? [] : Object.values(type.getFields());
    const isFragment = this.random.chance(isAbstractType(type) ? 0.5 : 0.12);
    if (isFragment && depth < MAX_DEPTH) return this.fragment(type, depth);
    const usable = fields.filter((field) => depth < MAX_DEPTH || isLeafType(getNamedType(field.type)));
    if (usable.length === 0 || this.random.chance(0.08)) return `${this.alias()}__typename${this.directive()}`;
    const deeper = usable.filter((field) => isCompositeType(getNamedType(field.type)));
    return this.field(this.random.pick(deeper.length > 0 && this.random.chance(0.5) ? deeper : usable), depth);
  }

  private field({ name, args, type }: Field, depth: number): string {
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` ${this.selection(named, depth + 1)}` : '';
    return `${this.alias()}${name}${this.inputs(args)}${this.directive()}${below}`;
  }

  private alias(): string {
    return this.random.chance(0.2) ? `${this.random.pick(ALIASES)}: ` : '';
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const target = this.random.pick(this.overlapping(type));
    const body = this.selection(target, depth + 1);
    if (this.random.chance(0.3)) {
      const name = `F${String(this.fragments.length)}`;
      this.fragments.push(`fragment ${name} on ${target.name} ${body}`);
      return `...${name}${this.directive()}`;
    }
    const condition = target === type && this.random.chance(0.5) ? '' : ` on ${target.name}`;
    return `...${condition}${this.directive()} ${body}`;
  }

  /** The types that an object of a type may be at the same time. */
  private overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const possible = isObjectType(type) ? [type] : this.schema.getPossibleTypes(type);
    const own = [type, ...possible];
    const interfaces = possible.flatMap((object) => object.getInterfaces());
    const unions = Object.values(this.schema.getTypeMap()).filter(
      (other: GraphQLNamedType) =>
        isAbstractType(other) && possible.some((object) => this.schema.isSubType(other, object)),
    ) as GraphQLCompositeType[];
    return [...new Set([...own, ...interfaces, ...unions])];
  }

  private directive(): string {
    if (!this.random.chance(0.08)) return '';
    const name = this.random.pick(['skip', 'include']);
    if (this.random.chance(0.3)) return ` @${name}(if: ${String(this.random.chance(0.5))})`;
    const variable = `if${String(this.random.below(3))}`;
    if (!this.definitions.has(variable)) {
      const isDefaulted = this.random.chance(0.3);
      this.definitions.set(variable, isDefaulted ? `Boolean! = ${String(this.random.chance(0.5))}` : 'Boolean!');
      if (!isDefaulted || this.random.chance(0.5)) this.variables[variable] = this.random.chance(0.5);
    }
    return ` @${name}(if: $${variable})`;
  }

  private inputs(args: readonly GraphQLArgument[]): string {
    const given = args.filter((arg) => isRequiredArgument(arg) || this.random.chance(0.25));
    if (given.length === 0) return '';
    return `(${given.map((arg) => `${arg.name}: ${this.input(arg.type)}`).join(', ')})`;
  }

  private input(type: GraphQLInputType): string {
    if (!this.random.chance(0.35)) return literal(this.value(type, 0));
    const name = `v${String(this.definitions.size)}`;
    this.definitions.set(name, String(type));
    if (isNonNullType(type) || this.random.chance(0.8))
      this.variables[name] = JSON.parse(JSON.stringify(this.value(type, 0)));
    return `$${name}`;
  }

  private value(type: GraphQLInputType, depth: number): unknown {
    if (!isNonNullType(type) && this.random.chance(0.1)) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const of = nullable.ofType;
      return Array.from({ length: this.random.below(3) }, () => this.value(of, depth + 1));
    }
    if (isEnumType(nullable)) return new Name(this.random.pick(nullable.getValues()).name);
    if (!isInputObjectType(nullable)) return this.scalar(getNamedType(nullable).name);
    const fields = Object.values(nullable.getFields()).filter(
      (field) => isRequiredInputField(field) || (depth < MAX_INPUT_DEPTH && this.random.chance(0.3)),
    );
    return Object.fromEntries(fields.map((field) => [field.name, this.value(field.type, depth + 1)]));
  }

  private scalar(name: string): unknown {
    if (name === 'Int') return this.random.below(5);
    if (name === 'Float') return this.random.below(9) / 2;
    if (name === 'Boolean') return this.random.chance(0.5);
    return this.random.pick(['', 'x', 'id-1', '2026-01-01T00:00:00Z']);
  }
}

function attempt(schema: GraphQLSchema, random: Random): Generated {
  const generator = new Generator(schema, random);
  const mutation = random.chance(0.12) ? schema.getMutationType() : undefined;
  const root = mutation ?? schema.getQueryType();
  if (root == null) throw new Error('the schema has no root');
  const body = generator.selection(root, 0);
  const definitions = [...generator.definitions].map(([name, type]) => `$${name}: ${type}`);
  const head = definitions.length === 0 ? '' : `(${definitions.join(', ')})`;
  const kind = mutation == null ? 'query' : 'mutation';
  const name = random.chance(0.7) ? ' Fuzz' : '';
  const text = [`${kind}${name}${head} ${body}`, ...generator.fragments].join('\n');
  return { text, variables: generator.variables };
}

/** An operation that the schema allows; the same for the same seed. */
export function generate(schema: GraphQLSchema, seed: number): Generated {
  const random = new Random(seed);
  for (let tries = 0; tries < 200; tries += 1) {
    const generated = attempt(schema, random);
    if (validate(schema, parse(generated.text, { noLocation: true })).length === 0) return generated;
  }
  throw new Error('no operation could be made');
}
