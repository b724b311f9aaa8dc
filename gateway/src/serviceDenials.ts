/** What a service denied although the gateway had let it pass, and what it refused by a rule of its own. */
import type { Domain } from '@metatron/platform/domains';
import type { Caller } from '@metatron/platform/identity';
import type { Denial, DenialKind } from '@metatron/platform/incidents/denials';
import { refusalsOf, type NotedRefusal } from '@metatron/platform/refusals';
import {
  Kind,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const DENIED: ReadonlySet<unknown> = new Set(['FORBIDDEN', 'UNAUTHENTICATED']);

function fragmentOf(document: DocumentNode, name: string): SelectionSetNode | undefined {
  const found = document.definitions.find(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );
  return found?.kind === Kind.FRAGMENT_DEFINITION ? found.selectionSet : undefined;
}

/** The field behind a key of the answer. */
function fieldAt(document: DocumentNode, set: SelectionSetNode | undefined, key: string): FieldNode | undefined {
  for (const selection of set?.selections ?? []) {
    if (selection.kind !== Kind.FIELD) {
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragmentOf(document, selection.name.value);
      const found = fieldAt(document, inner, key);
      if (found !== undefined) return found;
    } else if ((selection.alias ?? selection.name).value === key) return selection;
  }
  return undefined;
}

/** A path of an answer by the schema's names: an alias is the caller's own text. */
function namesAlong(document: DocumentNode, path: readonly (string | number)[]): string {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  let set = operation?.selectionSet;
  const names: string[] = [];
  for (const key of path) {
    if (typeof key === 'number') continue;
    const field = fieldAt(document, set, key);
    if (field === undefined) break;
    names.push(field.name.value);
    set = field.selectionSet;
  }
  return names.join('.');
}

function kindOf({ mutation, code }: NotedRefusal): DenialKind {
  if (code === 'FORBIDDEN') return 'mutation_refused';
  if (code === 'REPLAYED') return 'refresh_token_reuse';
  return mutation === 'login' ? 'login_lockout' : 'throttled';
}

/** The denials in a service's answer. */
export function denialsIn(domain: Domain, query: string, result: ExecutionResult, caller: Caller): Denial[] {
  const refused = refusalsOf(result).map((refusal): Denial => ({
    kind: kindOf(refusal),
    caller: refusal.bearer === undefined ? caller : { ...caller, identity: refusal.bearer },
    coordinates: [`Mutation.${refusal.mutation}`],
  }));
  // An error need not have extensions, whatever the type of this library's own says.
  const told: readonly Partial<GraphQLError>[] = result.errors ?? [];
  const errors = told.filter(({ extensions }) => DENIED.has(extensions?.['code']));
  if (errors.length === 0) return refused;
  const document = parse(query, { noLocation: true });
  const names = errors.map(({ path = [] }) => `${domain}:${namesAlong(document, path)}`);
  return [...refused, { kind: 'denied_by_service', caller, coordinates: [...new Set(names)] }];
}
