import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { Kind, parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { Example } from './examples/example.ts';
import { isUntouched } from './examples/index.ts';

function operationsOf(query: string) {
  const documentAST = parse(query);
  const operations = documentAST.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const name = operations[0]?.name?.value;
  return { documentAST, operations, ...(name !== undefined && { operationName: name }) };
}

type OpenExample = (example: Pick<Example, 'query' | 'headers'>, next?: 'run' | 'focus') => void;

/**
 * Shows an operation in the tab that has it, in one that nobody changed, or in a new one; and runs or focuses it.
 * Undefined until all editors are there, which come a moment after the page.
 */
export function useOpenExample(): OpenExample | undefined {
  const actions = useGraphiQLActions();
  const { queryEditor, variableEditor, headerEditor, responseEditor, tabs } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor', 'tabs'),
  );
  if (!queryEditor || !variableEditor || !headerEditor || !responseEditor) return undefined;
  return ({ query, headers }, next) => {
    const known = tabs.findIndex((tab) => tab.query === query);
    if (known !== -1) actions.changeTab(known);
    else if (!isUntouched(queryEditor.getValue())) actions.addTab();
    queryEditor.setValue(query);
    variableEditor.setValue('');
    headerEditor.setValue(headers === undefined ? '' : JSON.stringify(headers, null, 2));
    // The editor tells its facts a moment later; the request needs them now.
    actions.setOperationFacts(operationsOf(query));
    if (next === 'run') actions.run();
    if (next === 'focus') queryEditor.focus();
  };
}
