/** What of an operation a person of the matrix may use, decided before anything is planned. */
import type { Person } from '@metatron/platform/access/matrix';
import {
  getOperationAST,
  isAbstractType,
  isInterfaceType,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { AccessTable } from '../accessTable.ts';
import type { Parsed } from './flow.ts';
import { introspectionOf, isIntrospection } from './introspect.ts';
import { prune, TYPENAME } from './prune.ts';

export interface Decision {
  /** The operation without what is denied or asks for the schema; undefined when nothing is left to run. */
  readonly document: DocumentNode | undefined;
  /** The operation in that document; the one that was asked for when none is. */
  readonly operation: OperationDefinitionNode;
  /** What of the operation asks for the schema, when it does and may. */
  readonly introspection: DocumentNode | undefined;
  /** The fields of the original document that are denied. */
  readonly denied: ReadonlySet<FieldNode>;
}

/** Whether a field is denied on any concrete type that its parent can be. */
function isDenied(
  schema: GraphQLSchema,
  denied: ReadonlySet<string>,
  parent: ReturnType<TypeInfo['getParentType']>,
  field: string,
): boolean {
  if (parent == null || field === '__typename') return false;
  const types = isAbstractType(parent)
    ? [...schema.getPossibleTypes(parent), ...(isInterfaceType(parent) ? [parent] : [])]
    : [parent];
  return types.some((type) => denied.has(`${type.name}.${field}`));
}

/** A signed-in role explores the schema; others learn nothing from it. */
const mayIntrospect = (person: Person): boolean => person !== 'anonymous' && person !== 'key';

function findDenied(schema: GraphQLSchema, table: AccessTable, document: DocumentNode, person: Person): Set<FieldNode> {
  const found = new Set<FieldNode>();
  const isHidden = (field: FieldNode): boolean => isIntrospection(field) && !mayIntrospect(person);
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        if (!isHidden(node) && !isDenied(schema, table[person], typeInfo.getParentType(), node.name.value))
          return undefined;
        found.add(node);
        return false;
      },
    }),
  );
  return found;
}

const selectsNothing = ({ selectionSet }: OperationDefinitionNode): boolean =>
  selectionSet.selections.every((selection) => selection === TYPENAME);

/** Checks a whole document, every operation and fragment of it, for one person of the matrix. */
export function decide(
  schema: GraphQLSchema,
  table: AccessTable,
  { document, operation }: Pick<Parsed, 'document' | 'operation'>,
  person: Person,
): Decision {
  const denied = findDenied(schema, table, document, person);
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const introspection = isMutation || !mayIntrospect(person) ? undefined : introspectionOf(document);
  if (denied.size === 0 && introspection === undefined) return { document, operation, introspection, denied };
  // Half a mutation is no mutation: with a denied field nothing of it runs.
  if (isMutation) return { document: undefined, operation, introspection, denied };
  const left = prune(document, (field) => (denied.has(field) || isIntrospection(field) ? 'remove' : 'enter'));
  const allowed = getOperationAST(left, operation.name?.value);
  if (allowed == null || selectsNothing(allowed)) return { document: undefined, operation, introspection, denied };
  return { document: left, operation: allowed, introspection, denied };
}
