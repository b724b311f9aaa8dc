import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

const look = { fontSize: 13, lineHeight: 19, scrollBeyondLastLine: false };

/** Smaller letters than GraphiQL's own: a query and its answer fit beside the panels. */
export function EditorLook() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'),
  );
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) editor?.updateOptions(look);
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}
