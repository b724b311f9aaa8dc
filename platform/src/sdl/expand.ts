/**
 * What every list of the API has in common is written once, here. A type says which of its fields
 * a list of it filters and orders by:
 *
 *     type Customer @key(fields: "id") @list(filter: "email status", order: "company") { … }
 *
 * and a field that returns `CustomerConnection` gets the arguments, and the schema the types, of a
 * Relay connection (https://relay.dev/graphql/connections.htm). A token `name:Type` speaks of a
 * column that the type does not show, such as `customerId:ID`.
 */
import {
  Kind,
  parse,
  print,
  type ArgumentNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** One field that a list filters or orders by. */
export interface ListField {
  readonly name: string;
  /** Its named GraphQL type: `String`, `DateTime`, an enum … */
  readonly kind: string;
  readonly nullable: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
}

/** What a type declares about lists of it. */
export interface ListDeclaration {
  readonly type: string;
  readonly fields: ReadonlyMap<string, ListField>;
  /** The field that orders a list when the caller names none. */
  readonly defaultOrder: string;
  readonly ofTenants: boolean;
}

export interface ExpandedSchema {
  readonly document: DocumentNode;
  readonly lists: ReadonlyMap<string, ListDeclaration>;
}

const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@external", "@requires", "@provides", "@tag"])`;

const COMPARISONS = ['lt', 'lte', 'gt', 'gte'];
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  String: ['eq', 'in', 'not', ...COMPARISONS, 'contains', 'isNull'],
  ID: ['eq', 'in', 'not', 'isNull'],
  Boolean: ['eq', 'isNull'],
  Int: ['eq', 'in', 'not', ...COMPARISONS, 'isNull'],
  Decimal: ['eq', 'in', 'not', ...COMPARISONS, 'isNull'],
  DateTime: ['eq', 'in', 'not', ...COMPARISONS, 'isNull'],
  Date: ['eq', 'in', 'not', ...COMPARISONS, 'isNull'],
};
const ENUM_OPERATORS = ['eq', 'in', 'not', 'isNull'];

const OPERATOR_TEXT: Readonly<Record<string, string>> = {
  eq: 'Equal to this value.',
  in: 'Equal to one of these values; at most 100.',
  not: 'Different from this value; null counts as different.',
  lt: 'Less than this value.',
  lte: 'Less than or equal to this value.',
  gt: 'Greater than this value.',
  gte: 'Greater than or equal to this value.',
  contains: 'Contains this text, whatever its case.',
  isNull: 'Whether there is no value.',
};

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));
const upperSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const article = (word: string): string => (/^[aeiou]/i.test(word) ? 'an' : 'a');
/** `ContentItem` → `content item`. */
const words = (type: string): string => type.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();

function stringArgument(directive: DirectiveNode, name: string): string {
  const argument = directive.arguments?.find((candidate: ArgumentNode) => candidate.name.value === name);
  return argument?.value.kind === Kind.STRING ? argument.value.value : '';
}

function readField(type: ObjectTypeDefinitionNode, token: string): Omit<ListField, 'filterable' | 'sortable'> {
  const [name = '', virtual] = token.split(':');
  if (virtual !== undefined) return { name, kind: virtual.replace(/\?$/, ''), nullable: virtual.endsWith('?') };
  const field = type.fields?.find((candidate) => candidate.name.value === name);
  if (field === undefined) throw new Error(`${type.name.value} @list names ${name}, which is no field of it.`);
  return { name, kind: namedType(field.type), nullable: field.type.kind !== Kind.NON_NULL_TYPE };
}

function readList(type: ObjectTypeDefinitionNode, directive: DirectiveNode): ListDeclaration {
  const tokens = (argument: string): string[] => stringArgument(directive, argument).split(/\s+/).filter(Boolean);
  const ofTenants =
    directive.arguments?.some(
      ({ name, value }) => name.value === 'tenant' && value.kind === Kind.BOOLEAN && !value.value,
    ) !== true;
  const fields = new Map<string, ListField>();
  const add = (token: string, use: 'filterable' | 'sortable'): void => {
    const field = readField(type, token);
    const before = fields.get(field.name) ?? { ...field, filterable: false, sortable: false };
    fields.set(field.name, { ...before, [use]: true });
  };
  const hasCreatedAt = type.fields?.some(({ name }) => name.value === 'createdAt') === true;
  if (ofTenants) add('tenantId:ID', 'filterable');
  for (const token of [...(hasCreatedAt ? ['createdAt'] : []), ...tokens('filter')]) add(token, 'filterable');
  for (const token of [...(hasCreatedAt ? ['createdAt'] : []), ...tokens('order')]) add(token, 'sortable');
  const defaultOrder = [...fields.values()].find(({ sortable }) => sortable)?.name;
  if (defaultOrder === undefined) throw new Error(`${type.name.value} @list names no field to order by.`);
  return { type: type.name.value, fields, defaultOrder, ofTenants };
}

function connectionTypes({ type, fields }: ListDeclaration): string {
  const noun = words(type);
  const filters = [...fields.values()].filter(({ filterable }) => filterable);
  const orders = [...fields.values()].filter(({ sortable }) => sortable);
  return `
"A page of a list of ${noun}s."
type ${type}Connection {
  "The items of the page, in order."
  edges: [${type}Edge!]!
  "Where the page begins and ends."
  pageInfo: PageInfo!
  "How many items the whole list has under the filter; counted only when asked for."
  totalCount: Int!
}

"${article(noun) === 'an' ? 'An' : 'A'} ${noun} in a list, with its place."
type ${type}Edge {
  "The item."
  node: ${type}!
  "Its place in the list, for \`after\` and \`before\`."
  cursor: String!
}

"Which ${noun}s a list holds; all conditions must be true."
input ${type}Filter {
${filters.map(({ name, kind }) => `  "${name === 'tenantId' ? 'Only of this tenant; for platform staff alone.' : `By \`${name}\`.`}"\n  ${name}: ${kind}Filter`).join('\n')}
}

"How a list of ${noun}s is ordered; ties by id in the same direction."
input ${type}Order {
  "The field to order by."
  field: ${type}OrderField!
  "The direction; descending when left out."
  direction: OrderDirection = DESC
}

"What a list of ${noun}s can be ordered by."
enum ${type}OrderField {
${orders.map(({ name }) => `  "By \`${name}\`."\n  ${upperSnake(name)}`).join('\n')}
}
`;
}

function operatorInput(kind: string): string {
  const operators = OPERATORS[kind] ?? ENUM_OPERATORS;
  const typeOf = (operator: string): string =>
    operator === 'isNull' ? 'Boolean' : operator === 'in' ? `[${kind}!]` : kind;
  return `
"Conditions on a field of type ${kind}; all of those given must be true."
input ${kind}Filter {
${operators.map((operator) => `  "${OPERATOR_TEXT[operator] ?? ''}"\n  ${operator}: ${typeOf(operator)}`).join('\n')}
}
`;
}

function connectionArguments(type: string): string {
  return `(
    "How many items from the start, 1 to 100; 20 when neither \`first\` nor \`last\` is given."
    first: Int
    "Only items after this cursor."
    after: String
    "How many items from the end, 1 to 100."
    last: Int
    "Only items before this cursor."
    before: String
    "Which items."
    filter: ${type}Filter
    "In which order; the newest first when left out."
    orderBy: ${type}Order
  )`;
}

const CONNECTION = /^(.+)Connection$/;

function expandField(field: FieldDefinitionNode, seen: Set<string>): FieldDefinitionNode {
  const type = CONNECTION.exec(namedType(field.type))?.[1];
  if (type === undefined) return field;
  seen.add(type);
  const [definition] = parse(`type T { f${connectionArguments(type)}: Int }`, { noLocation: true }).definitions;
  const added = (definition as ObjectTypeDefinitionNode).fields?.[0]?.arguments ?? [];
  return { ...field, arguments: [...(field.arguments ?? []), ...added] };
}

/** The whole schema of a subgraph, from its own SDL and the platform's common types. */
export function expandSchema(sdl: string, common: string): ExpandedSchema {
  const source = parse(`${common}\n${sdl}`, { noLocation: true });
  const lists = new Map<string, ListDeclaration>();
  const connections = new Set<string>();
  const definitions = source.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
      return definition;
    const directive = definition.directives?.find(({ name }) => name.value === 'list');
    if (directive !== undefined)
      lists.set(definition.name.value, readList(definition as ObjectTypeDefinitionNode, directive));
    return {
      ...definition,
      directives: definition.directives?.filter((candidate) => candidate !== directive) ?? [],
      fields: definition.fields?.map((field) => expandField(field, connections)) ?? [],
    };
  });
  const used = [...connections].map((type) => {
    const list = lists.get(type);
    if (list === undefined) throw new Error(`${type}Connection is used, but ${type} declares no @list.`);
    return list;
  });
  const kinds = new Set(
    used.flatMap(({ fields }) => [...fields.values()].filter(({ filterable }) => filterable).map(({ kind }) => kind)),
  );
  const generated = [FEDERATION, ...used.map(connectionTypes), ...[...kinds].sort().map(operatorInput)].join('\n');
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: [...parse(generated, { noLocation: true }).definitions, ...definitions],
    },
    lists,
  };
}

/** The value that resolvers see for each enum value: stored text is lower-case, fields camelCase. */
export function internalEnumValue(enumName: string, value: string): string {
  const lower = value.toLowerCase();
  return enumName.endsWith('OrderField')
    ? lower.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : lower;
}

/** The schema with enum values as resolvers see them; the types of the code are generated from it. */
export function printInternal(document: DocumentNode): string {
  return print({
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value !== 'UserErrorCode'
        ? {
            ...definition,
            values:
              definition.values?.map((value) => ({
                ...value,
                name: { ...value.name, value: internalEnumValue(definition.name.value, value.name.value) },
              })) ?? [],
          }
        : definition,
    ),
  });
}
