/**
 * The gateway's rules: a graphql-shield tree generated from the access matrix and the composed
 * schema. The gateway's executor calls no resolvers, so the tree is asked for a verdict on each
 * field once, per person of the matrix, and the verdicts are what operations are checked against.
 */
import { allow, deny, rule, shield, type ShieldRule } from '@metatron/platform/access/graphqlShield';
import { people, type Person } from '@metatron/platform/access/matrix';
import { isObjectType, type GraphQLSchema } from 'graphql';
import type * as Shield from 'graphql-shield';

import type { Owners } from './supergraph.ts';
import { verdictOn } from './verdicts.ts';

/** The coordinates that each person of the matrix may not use. */
export type AccessTable = Readonly<Record<Person, ReadonlySet<string>>>;

interface RuleContext {
  readonly person: Person;
}

type Ask = (
  resolve: () => true,
  parent: object,
  parameters: object,
  context: RuleContext,
  info: object,
) => Promise<unknown>;

/** `allow` and `deny` come with room for fragments, plain rules as a function. */
type Verdict = Ask | { readonly resolve: Ask };

const ask = (verdict: Verdict | undefined, context: RuleContext): Promise<unknown> => {
  if (verdict === undefined) return Promise.resolve(false);
  return (typeof verdict === 'function' ? verdict : verdict.resolve)(() => true, {}, {}, context, {});
};

function ruleFor(coordinate: string, owners: Owners): ShieldRule {
  const owner = owners.get(coordinate);
  if (owner === undefined) return deny;
  // A field that several subgraphs resolve is as readable as what holds it.
  if (owner === 'shared') return allow;
  const { allowed } = verdictOn(coordinate, owner);
  return rule(coordinate, { cache: 'no_cache' })((_parent, _arguments, { person }: RuleContext) => allowed.has(person));
}

function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

function buildTree(coordinates: readonly string[], owners: Owners): Record<string, Record<string, ShieldRule>> {
  const tree: Record<string, Record<string, ShieldRule>> = {};
  for (const coordinate of coordinates) {
    const [type = '', field = ''] = coordinate.split('.');
    (tree[type] ??= {})[field] = ruleFor(coordinate, owners);
  }
  return tree;
}

/** Asks the shield for every field and person; an eighth domain's fields are denied until it has rows. */
export async function buildAccessTable(schema: GraphQLSchema, owners: Owners): Promise<AccessTable> {
  const coordinates = coordinatesOf(schema);
  const generator = shield(buildTree(coordinates, owners) as Shield.IRules, {
    fallbackRule: deny,
    allowExternalErrors: true,
  });
  const verdicts = (
    generator as unknown as { generate: (schema: GraphQLSchema) => Record<string, Record<string, Verdict>> }
  ).generate(schema);
  const deniedTo = async (person: Person): Promise<ReadonlySet<string>> => {
    const denied = new Set<string>();
    for (const coordinate of coordinates) {
      const [type = '', field = ''] = coordinate.split('.');
      const verdict = await ask(verdicts[type]?.[field], { person });
      if (verdict !== true) denied.add(coordinate);
    }
    return denied;
  };
  const entries = await Promise.all(
    (Object.keys(people) as Person[]).map(async (person) => [person, await deniedTo(person)] as const),
  );
  return Object.fromEntries(entries) as unknown as AccessTable;
}
