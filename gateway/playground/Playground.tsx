import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useMemo, useState } from 'react';
import { EditorLook } from './EditorLook.tsx';
import { ExampleOfRole } from './ExampleOfRole.tsx';
import { examplesOf } from './examples/index.ts';
import { examplesPlugin } from './ExamplesPanel.tsx';
import { explainingFetcher } from './explainingFetcher.ts';
import { PlanPanel } from './PlanPanel.tsx';
import { PlaygroundState } from './playgroundState.ts';
import type { Explained } from './playgroundState.ts';
import type { Session } from './session.ts';
import { storageWithoutSecrets } from './storageWithoutSecrets.ts';
import { storedTheme, storeTheme } from './ThemeSwitch.tsx';
import { TopBar } from './TopBar.tsx';

const storage = storageWithoutSecrets(window.localStorage);
const plugins = [examplesPlugin, HISTORY_PLUGIN];
const defaultTabs = examplesOf(undefined)
  .slice(0, 1)
  .map(({ query }) => ({ query }));
/** On a narrow window the editor needs the room. */
const firstPanel = window.innerWidth < 900 ? {} : { visiblePlugin: examplesPlugin };

export function Playground() {
  const [session, setSession] = useState<Session>();
  const [explained, setExplained] = useState<Explained>();
  const [theme, setTheme] = useState(storedTheme);
  // Only those who are signed in may ask for the schema. A new fetcher makes GraphiQL ask again.
  const fetcher = useMemo(() => explainingFetcher(session, setExplained), [session]);
  const state = useMemo(() => ({ session, explained }), [session, explained]);
  return (
    <PlaygroundState value={state}>
      <TopBar
        session={session}
        onSession={(next) => {
          setSession(next);
          setExplained(undefined);
        }}
        theme={theme}
        onTheme={(choice) => {
          setTheme(choice);
          storeTheme(choice);
        }}
      />
      <main>
        <GraphiQL
          fetcher={fetcher}
          {...(!session && { schema: null })}
          {...firstPanel}
          plugins={plugins}
          defaultTabs={defaultTabs}
          forcedTheme={theme}
          storage={storage}
          shouldPersistHeaders={false}
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Footer>
            <PlanPanel />
          </GraphiQL.Footer>
          <ExampleOfRole />
          <EditorLook />
        </GraphiQL>
      </main>
    </PlaygroundState>
  );
}
