import { GraphiQL } from 'graphiql';
import type { GraphiQLProps } from 'graphiql';
import { useMemo, useState } from 'react';
import { examples } from './examples.ts';
import { LoginBar } from './LoginBar.tsx';
import { post } from './session.ts';
import type { Session } from './session.ts';
import { storageWithoutSecrets } from './storageWithoutSecrets.ts';

const storage = storageWithoutSecrets(window.localStorage);

export function Playground() {
  const [session, setSession] = useState<Session>();
  // Only those who are signed in may ask for the schema. A new fetcher makes GraphiQL ask again.
  const fetcher = useMemo(() => fetcherFor(session), [session]);
  return (
    <>
      <LoginBar session={session} onChange={setSession} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          {...(!session && { schema: null })}
          defaultTabs={examples}
          storage={storage}
          shouldPersistHeaders={false}
        >
          <GraphiQL.Logo>Metatron</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

function fetcherFor(session: Session | undefined): GraphiQLProps['fetcher'] {
  return async (request, options) => {
    const bearer = session ? { authorization: `Bearer ${await session.accessToken()}` } : {};
    return (await post(request, { ...bearer, ...options?.headers })) as Awaited<ReturnType<GraphiQLProps['fetcher']>>;
  };
}
