/** Makes an operation smaller as long as the answers still differ. */
import { Kind, parse, print, validate, visit, type DocumentNode, type GraphQLSchema } from 'graphql';

import type { Generated } from './generate.ts';

const MAX_TRIES = 400;

/** What can be left out: by its number in the order of the document. */
const REMOVABLE: ReadonlySet<string> = new Set([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
]);

function remove(document: DocumentNode, nth: number): DocumentNode | undefined {
  let at = -1;
  const shorter = visit(document, {
    enter(node) {
      if (!REMOVABLE.has(node.kind)) return undefined;
      at += 1;
      return at === nth ? null : undefined;
    },
  });
  return at < nth ? undefined : shorter;
}

/** Fragments and variables that nothing uses any more. */
function tidy(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    FragmentSpread: ({ name }) => void used.add(`...${name.value}`),
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(document, {
    FragmentDefinition: ({ name }) => (used.has(`...${name.value}`) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}

function variantsOf(
  schema: GraphQLSchema,
  { text, variables }: Generated,
  nth: number,
): Generated | 'invalid' | undefined {
  const document = remove(parse(text, { noLocation: true }), nth);
  if (document === undefined) return undefined;
  try {
    // What has lost its last selection is no longer GraphQL.
    const shorter = print(tidy(document));
    const isValid = validate(schema, parse(shorter, { noLocation: true })).length === 0;
    return isValid ? { text: shorter, variables } : 'invalid';
  } catch {
    return 'invalid';
  }
}

/** The smallest operation found that `differs` still says yes to. */
export async function shrink(
  schema: GraphQLSchema,
  operation: Generated,
  differs: (smaller: Generated) => Promise<boolean>,
): Promise<Generated> {
  let smallest = operation;
  let nth = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const smaller = variantsOf(schema, smallest, nth);
    if (smaller === undefined) return smallest;
    if (smaller !== 'invalid' && (await differs(smaller))) smallest = smaller;
    else nth += 1;
  }
  return smallest;
}
