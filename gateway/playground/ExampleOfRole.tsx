import { pick, useGraphiQL } from '@graphiql/react';
import { useContext, useEffect, useRef } from 'react';
import { examplesOf, isUntouched } from './examples/index.ts';
import { PlaygroundState } from './playgroundState.ts';
import { useOpenExample } from './useOpenExample.ts';

/** Who signs in finds the first example of their role in the tab, unless somebody wrote there. */
export function ExampleOfRole() {
  const { session } = useContext(PlaygroundState);
  const { queryEditor } = useGraphiQL(pick('queryEditor'));
  const open = useOpenExample();
  const shownFor = useRef<string>(undefined);
  const role = session?.person.role;
  useEffect(() => {
    if (queryEditor === undefined || open === undefined || shownFor.current === role) return;
    shownFor.current = role;
    const [first] = examplesOf(role);
    if (first !== undefined && isUntouched(queryEditor.getValue())) open(first);
  }, [queryEditor, role, open]);
  return null;
}
