import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What stands where nothing is left to select. */
export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const keep = (set: SelectionSetNode): SelectionSetNode =>
  set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : set;

/** Variables that only removed fields used would be refused as unused further on. */
function dropUnusedVariables(operation: OperationDefinitionNode, document: DocumentNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: (node) => void used.add(node.name.value) });
  return {
    ...operation,
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [],
  };
}

/** Whether a field stays with all that is below it, goes with it, or stays and is looked into. */
export type Verdict = 'keep' | 'remove' | 'enter';

const VISIT = { keep: false, remove: null, enter: undefined } as const;

/** A document without some of its fields, still one that can be planned and executed. */
export function prune(document: DocumentNode, verdict: (field: FieldNode) => Verdict): DocumentNode {
  const pruned = visit(document, {
    // What describes the schema is reached from fields that are kept whole.
    FragmentDefinition: {
      enter: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? false : undefined),
    },
    Field: { enter: (node) => VISIT[verdict(node)] },
    SelectionSet: { leave: keep },
  });
  return {
    ...pruned,
    definitions: pruned.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? dropUnusedVariables(definition, pruned) : definition,
    ),
  };
}
