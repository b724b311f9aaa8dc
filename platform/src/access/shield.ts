/**
 * graphql-shield over a subgraph's schema: every field has a rule, what has none is denied. A rule rests on nothing but
 * the field and the row of the matrix that a caller acts under. So the tree is asked for each of these once, when the
 * subgraph starts, and a field holds its callers against the answers: no promise for each field of each row.
 */
import { GraphQLError, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { IMiddlewareFieldMap } from 'graphql-middleware';
import type * as Shield from 'graphql-shield';

import type { Domain } from '../domains.ts';
import type { Caller } from '../identity.ts';
import { VALUE_TYPES } from '../sdl/files.ts';

import { mayUse, personOf } from './decide.ts';
import { allow, applyMiddleware, deny, rule, shield, type ShieldRule } from './graphqlShield.ts';
import { people, type Person } from './matrix.ts';

const everyone = Object.keys(people) as readonly Person[];

interface ShieldedContext {
  readonly caller: Caller;
}

/** What a rule decides on. */
interface RuleContext {
  readonly person: Person;
}

/** What graphql-shield makes of a rule: it lets a resolver run, or answers in its place. */
type Ask = (resolve: () => true, parent: object, parameters: object, context: RuleContext) => Promise<unknown>;

/** By type and field; logic rules, such as those that always answer the same, come in a wrapping. */
type Asked = Readonly<Record<string, Readonly<Record<string, Ask | { readonly resolve: Ask }>>>>;

/** The refusal that both layers give: UNAUTHENTICATED without a sign-in, else FORBIDDEN. */
function refusal({ identity }: Caller): GraphQLError {
  return identity.kind === 'anonymous'
    ? new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } })
    : new GraphQLError('You may not use this.', { extensions: { code: 'FORBIDDEN' } });
}

function fieldRule(domain: Domain, type: string, field: string): ShieldRule {
  return rule(`${type}.${field}`, { cache: 'no_cache' })((_parent, _arguments, { person }: RuleContext) =>
    mayUse(person, domain, type, field),
  );
}

/** Fields of the federation itself, and those that inherit from what holds them. */
function inherits(type: string, field: string, entities: ReadonlySet<string>): boolean {
  return (
    VALUE_TYPES.has(type) ||
    type === '_Service' ||
    (type === 'Query' && (field === '_entities' || field === '_service')) ||
    (field === 'id' && entities.has(type))
  );
}

function ruleTree(types: readonly GraphQLObjectType[], domain: Domain, entities: ReadonlySet<string>): Shield.IRules {
  const rules = types.map((type) => [
    type.name,
    Object.fromEntries(
      Object.keys(type.getFields()).map((field): [string, ShieldRule] => [
        field,
        inherits(type.name, field, entities) ? allow : fieldRule(domain, type.name, field),
      ]),
    ),
  ]);
  return Object.fromEntries(rules) as Shield.IRules;
}

/** Who may use a field. A rule that fails or is missing lets nobody pass. */
async function askFor(rule: Asked[string][string] | undefined): Promise<ReadonlySet<Person>> {
  const ask = typeof rule === 'function' ? rule : rule?.resolve;
  const asked = everyone.map(async (person) => (await ask?.(() => true, {}, {}, { person })) === true);
  const verdicts = await Promise.all(asked);
  return new Set(everyone.filter((_person, index) => verdicts[index]));
}

type Resolve = (parent: unknown, parameters: object, context: ShieldedContext, info: object) => unknown;
type Guard = (resolve: Resolve, parent: unknown, parameters: object, context: ShieldedContext, info: object) => unknown;

/** Lets those of a field's callers pass who may use it. */
function guard(allowed: ReadonlySet<Person>): IMiddlewareFieldMap[string] {
  const pass: Guard = (resolve, parent, parameters, context, info) =>
    allowed.has(personOf(context.caller.identity))
      ? resolve(parent, parameters, context, info)
      : refusal(context.caller);
  // graphql-middleware says that every resolver gives a promise, and needs none.
  return pass as IMiddlewareFieldMap[string];
}

/** The guards of a type; a field that everyone may use needs none. */
async function guardsOf(type: GraphQLObjectType, asked: Asked[string] = {}): Promise<IMiddlewareFieldMap> {
  const guards: IMiddlewareFieldMap = {};
  for (const field of Object.keys(type.getFields())) {
    const allowed = await askFor(asked[field]);
    if (allowed.size < everyone.length) guards[field] = guard(allowed);
  }
  return guards;
}

/**
 * Puts each field of a schema behind its rule.
 * @param entities names of the types that have a key: their `id` is as readable as the reference
 *   to them, and every other field has its own rule, so `_entities` opens nothing.
 */
export async function shieldSubgraph(
  schema: GraphQLSchema,
  domain: Domain,
  entities: ReadonlySet<string>,
): Promise<GraphQLSchema> {
  const named = Object.values(schema.getTypeMap());
  const types = named.filter((type) => isObjectType(type) && !type.name.startsWith('__')) as GraphQLObjectType[];
  const permissions = shield(ruleTree(types, domain, entities), { fallbackRule: deny });
  const asked = (permissions as unknown as { generate: (schema: GraphQLSchema) => Asked }).generate(schema);
  const guards: Record<string, IMiddlewareFieldMap> = {};
  for (const type of types) guards[type.name] = await guardsOf(type, asked[type.name]);
  return applyMiddleware(schema, guards);
}
