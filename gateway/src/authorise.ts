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
  type SelectionSetNode,
} from 'graphql';

import type { AccessTable } from './accessTable.ts';

export interface Authorised {
  /** The document that was checked. */
  readonly source: DocumentNode;
  /** The operation without what is denied; undefined when nothing is left to run. */
  readonly document: DocumentNode | undefined;
  /** The fields of the original document that are denied. */
  readonly denied: ReadonlySet<FieldNode>;
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

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
function isHiddenIntrospection(person: Person, field: string): boolean {
  return (field === '__schema' || field === '__type') && (person === 'anonymous' || person === 'key');
}

function findDenied(schema: GraphQLSchema, table: AccessTable, document: DocumentNode, person: Person): Set<FieldNode> {
  const found = new Set<FieldNode>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        if (
          !isHiddenIntrospection(person, node.name.value) &&
          !isDenied(schema, table[person], typeInfo.getParentType(), node.name.value)
        )
          return undefined;
        found.add(node);
        return false;
      },
    }),
  );
  return found;
}

const keep = (set: SelectionSetNode): SelectionSetNode =>
  set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : set;

/** Variables that only denied fields used would be refused as unused further on. */
function dropUnusedVariables(operation: OperationDefinitionNode, document: DocumentNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: (node) => void used.add(node.name.value) });
  return {
    ...operation,
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [],
  };
}

function withoutDenied(document: DocumentNode, denied: ReadonlySet<FieldNode>): DocumentNode {
  const pruned = visit(document, {
    Field: { enter: (node) => (denied.has(node) ? null : undefined) },
    SelectionSet: { leave: keep },
  });
  return {
    ...pruned,
    definitions: pruned.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? dropUnusedVariables(definition, pruned) : definition,
    ),
  };
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
  if (denied.size === 0) return { source, document: source, denied };
  // Half a mutation is no mutation: with a denied field nothing of it runs.
  if (request.isMutation) return { source, document: undefined, denied };
  const document = withoutDenied(source, denied);
  return { source, document: selectsNothing(document, request.operationName) ? undefined : document, denied };
}
