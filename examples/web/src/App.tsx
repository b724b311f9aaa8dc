import { useQuery } from '@apollo/client/react';
import { useSyncExternalStore } from 'react';

import { Customers } from './customers/Customers.tsx';
import { Pipelines } from './pipeline/Pipelines.tsx';
import { ME } from './session/operations.ts';
import { isSignedIn, onSessionChange, signOut } from './session/session.ts';
import { SignInForm } from './session/SignInForm.tsx';
import { useHash } from './ui/useHash.ts';

function Header({ isPipeline }: { readonly isPipeline: boolean }) {
  const { data } = useQuery(ME);
  return (
    <header className="bar">
      <strong>Metatron</strong>
      <nav>
        <a href="#customers" aria-current={isPipeline ? undefined : 'page'}>
          Customers
        </a>
        <a href="#pipeline" aria-current={isPipeline ? 'page' : undefined}>
          Pipeline
        </a>
      </nav>
      <span className="who">
        {data?.me?.email}
        <small>{data?.me?.tenant?.name}</small>
      </span>
      <button type="button" onClick={() => void signOut()}>
        Log out
      </button>
    </header>
  );
}

export function App() {
  const signedIn = useSyncExternalStore(onSessionChange, isSignedIn);
  const isPipeline = useHash() === '#pipeline';
  if (!signedIn) return <SignInForm />;
  return (
    <>
      <Header isPipeline={isPipeline} />
      <main>{isPipeline ? <Pipelines /> : <Customers />}</main>
    </>
  );
}
