import { PlayIcon, PenIcon } from '@graphiql/react';
import type { GraphiQLPlugin } from '@graphiql/react';
import { useContext, useState } from 'react';
import { demo } from './demo.ts';
import { examplesOf } from './examples/index.ts';
import { fillIn } from './examples/example.ts';
import type { Example } from './examples/example.ts';
import { PlaygroundState } from './playgroundState.ts';
import { ask } from './session.ts';
import type { Session } from './session.ts';
import { useOpenExample } from './useOpenExample.ts';

async function filledIn(example: Example, session: Session | undefined): Promise<Example> {
  if (example.lookUp === undefined) return example;
  const found = await ask({ query: example.lookUp.query }, await session?.accessToken());
  return { ...example, query: fillIn(example, found) };
}

function ExamplesPanel() {
  const { session } = useContext(PlaygroundState);
  const [fault, setFault] = useState<string>();
  const open = useOpenExample();
  const start = async (example: Example) => {
    setFault(undefined);
    try {
      open?.(await filledIn(example, session), example.waits ? 'focus' : 'run');
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const shown = examplesOf(session?.person.role).filter((example) => demo || !example.demo);
  return (
    <section className="examples" aria-label="Ready-made queries">
      <h2>Ready-made queries</h2>
      <p>{session ? `For ${session.person.role}. A click runs one.` : 'Sign in to see those of your role.'}</p>
      <ul>
        {shown.map((example) => (
          <li key={example.title}>
            <button type="button" disabled={!open} onClick={() => void start(example)}>
              <span className="title">
                {example.title}
                {example.writes && <span className="writes">writes</span>}
              </span>
              <span className="about">{example.about}</span>
              {example.waits ? <PenIcon aria-hidden /> : <PlayIcon aria-hidden />}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert">{fault}</p>
    </section>
  );
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
      <path d="M4 6h10M4 12h7M4 18h7M16 11.5v8l5.5-4z" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

export const examplesPlugin: GraphiQLPlugin = {
  title: 'Ready-made queries',
  icon: ExamplesIcon,
  content: ExamplesPanel,
};
