/** Stage `authorise`: what of an operation its caller may use, decided before anything is planned. */
import type { Person } from '@metatron/platform/access/matrix';
import {
  isAbstractType,
  isInterfaceType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { AccessTable } from './accessTable.ts';
import { introspectionOf, isIntrospection } from './introspect.ts';
import { prune, TYPENAME } from './prune.ts';

export interface Authorised {
  /** The document that was checked. */
  readonly source: DocumentNode;
  /** The operation without what is denied or asks for the schema; undefined when nothing is left to run. */
  readonly document: DocumentNode | undefined;
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

function selectsNothing(document: DocumentNode, operationName: string | undefined): boolean {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  return operation?.selectionSet.selections.every((selection) => selection === TYPENAME) === true;
}

/** Checks a whole document, every operation and fragment of it, for one person of the matrix. */
export function authorise(
  schema: GraphQLSchema,
  table: AccessTable,
  request: {
    readonly document: DocumentNode;
    readonly operationName: string | undefined;
    readonly isMutation: boolean;
  },
  person: Person,
): Authorised {
  const denied = findDenied(schema, table, request.document, person);
  const source = request.document;
  const introspection = request.isMutation || !mayIntrospect(person) ? undefined : introspectionOf(source);
  if (denied.size === 0 && introspection === undefined) return { source, document: source, introspection, denied };
  // Half a mutation is no mutation: with a denied field nothing of it runs.
  if (request.isMutation) return { source, document: undefined, introspection, denied };
  const left = prune(source, (field) => (denied.has(field) || isIntrospection(field) ? 'remove' : 'enter'));
  const document = selectsNothing(left, request.operationName) ? undefined : left;
  return { source, document, introspection, denied };
}
