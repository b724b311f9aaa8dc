import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { Kind, parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { isUntouched } from './examples/index.ts';

function operationsOf(query: string) {
  const documentAST = parse(query);
  const operations = documentAST.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const name = operations[0]?.name?.value;
  return { documentAST, operations, ...(name !== undefined && { operationName: name }) };
}

/** Shows an operation in the tab that has it, in one that nobody changed, or in a new one; and runs or focuses it. */
export function useOpenExample(): (query: string, next?: 'run' | 'focus') => void {
  const actions = useGraphiQLActions();
  const { queryEditor, variableEditor, tabs } = useGraphiQL(pick('queryEditor', 'variableEditor', 'tabs'));
  return (query, next) => {
    if (queryEditor === undefined) return;
    const known = tabs.findIndex((tab) => tab.query === query);
    if (known !== -1) actions.changeTab(known);
    else if (!isUntouched(queryEditor.getValue())) actions.addTab();
    queryEditor.setValue(query);
    variableEditor?.setValue('');
    // The editor tells its facts a moment later; the request needs them now.
    actions.setOperationFacts(operationsOf(query));
    if (next === 'run') actions.run();
    if (next === 'focus') queryEditor.focus();
  };
}
