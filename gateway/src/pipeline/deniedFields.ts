/** The names, in the schema, of what an operation was denied. */
import {
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/** The coordinates, `Type.field`, of fields that an operation asks for. */
export function coordinatesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  isWanted: (field: FieldNode) => boolean,
): string[] {
  const found = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  const visitor = {
    OperationDefinition: (node: OperationDefinitionNode) => (node === operation ? undefined : false),
    Field(node: FieldNode) {
      if (isWanted(node)) found.add(`${typeInfo.getParentType()?.name ?? ''}.${node.name.value}`);
    },
  };
  visit(document, visitWithTypeInfo(typeInfo, visitor));
  return [...found];
}

/** Likewise of the fields at its root. */
export function rootCoordinates(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): string[] {
  const roots = new Set<unknown>(operation.selectionSet.selections);
  return coordinatesOf(schema, document, operation, (field) => roots.has(field));
}
