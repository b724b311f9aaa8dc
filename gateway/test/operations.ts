/** Operations generated from the schema: one for each object type, that asks for all of its fields. */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** A way from a root to a type. */
export interface Way {
  readonly root: 'query' | 'mutation';
  readonly steps: readonly { readonly coordinate: string; readonly call: string; readonly name: string }[];
}

/** Text that no verb stores: an operation under test that may run still changes nothing. */
const UNSOUND = '"\\u0000"';

const SCALARS: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'false',
  Decimal: '"1.00"',
  Currency: '"EUR"',
  DateTime: '"2026-01-01T00:00:00Z"',
  Date: '"2026-01-01"',
  JSON: '{}',
  JSONObject: '{}',
};

function literal(type: GraphQLInputType, depth: number): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literal(nullable.ofType, depth)}]`;
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? '';
  if (!isInputObjectType(nullable)) return SCALARS[getNamedType(type).name] ?? UNSOUND;
  // The first level whole, so that some text of it is refused; below it what must be there.
  const fields = Object.values(nullable.getFields()).filter(
    (field) => isRequiredInputField(field) || (depth === 0 && field.name !== 'tenantId'),
  );
  return `{ ${fields.map(({ name, type: of }) => `${name}: ${literal(of, depth + 1)}`).join(', ')} }`;
}

/** Calls and ways, with the samples that required arguments are given. */
export class Operations {
  readonly types: readonly GraphQLObjectType[];
  private readonly schema: GraphQLSchema;
  private readonly samples: Readonly<Record<string, string>>;
  private readonly isStaff: boolean;

  constructor(schema: GraphQLSchema, samples: Readonly<Record<string, string>>, isStaff: boolean) {
    this.schema = schema;
    this.samples = samples;
    this.isStaff = isStaff;
    this.types = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => !name.startsWith('__'));
  }

  /** The shortest ways from the roots to every type, along the fields that `isOpen` lets through. */
  ways(isOpen: (coordinate: string) => boolean): ReadonlyMap<string, Way> {
    const ways = new Map<string, Way>([['Query', { root: 'query', steps: [] }]]);
    this.spread(ways, ['Query'], isOpen);
    // What the queries reach is left to them: a mutation is no way to look at things.
    const queried = new Set(ways.keys());
    ways.set('Mutation', { root: 'mutation', steps: [] });
    this.spread(ways, ['Mutation'], isOpen, queried);
    return ways;
  }

  /** The operation of a way that asks for some fields of the type that it leads to. */
  write({ root, steps }: Way, type: GraphQLObjectType, fields: readonly string[]): string {
    const all = type.getFields();
    const asked = fields.map((name) => {
      const field = all[name];
      if (field === undefined) throw new Error(`${type.name} has no ${name}`);
      return isLeafType(getNamedType(field.type)) ? this.call(field) : `${this.call(field)} { __typename }`;
    });
    const open = steps.map(({ call }) => `${call} { `).join('');
    return `${root} { ${open}${asked.join(' ')} ${'} '.repeat(steps.length)}}`;
  }

  private spread(
    ways: Map<string, Way>,
    from: readonly string[],
    isOpen: (coordinate: string) => boolean,
    known: ReadonlySet<string> = new Set(),
  ): void {
    const queue = [...from];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const way = ways.get(name);
      const type = this.schema.getType(name);
      if (way === undefined || !isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const target = getNamedType(field.type);
        const coordinate = `${name}.${field.name}`;
        if (!isObjectType(target) || ways.has(target.name) || known.has(target.name) || !isOpen(coordinate)) continue;
        ways.set(target.name, {
          root: way.root,
          steps: [...way.steps, { coordinate, call: this.call(field), name: field.name }],
        });
        // Lists first: the demo data has rows in each, where an edge of a single object may lead to none.
        if (/(Connection|Edge)$/.test(target.name)) queue.unshift(target.name);
        else queue.push(target.name);
      }
    }
  }

  private call({ name, args }: Field): string {
    const given = args.flatMap((argument: GraphQLArgument) => {
      if (argument.name === 'first') return ['first: 3'];
      if (argument.name === 'tenantId' && this.isStaff) return ['tenantId: "acme"'];
      if (!isRequiredArgument(argument)) return [];
      return [`${argument.name}: ${this.samples[name] ?? literal(argument.type, 0)}`];
    });
    return given.length === 0 ? name : `${name}(${given.join(', ')})`;
  }
}
