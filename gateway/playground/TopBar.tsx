import { useState } from 'react';
import { linkOf, ResetForm, VerifyForm } from './LinkForms.tsx';
import type { Session } from './session.ts';
import { SignedIn } from './SignedIn.tsx';
import { SignInForm } from './SignInForm.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import type { Choice } from './ThemeSwitch.tsx';

interface Props {
  readonly session: Session | undefined;
  readonly onSession: (session: Session | undefined) => void;
  readonly theme: Choice;
  readonly onTheme: (choice: Choice) => void;
}

/** Who is signed in, and the ways in and out. */
export function TopBar({ session, onSession, theme, onTheme }: Props) {
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState(() => linkOf(location.hash));

  const attempt = async (work: () => Promise<Session | undefined>) => {
    setBusy(true);
    setFault(undefined);
    try {
      onSession(await work());
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  const LinkForm = link?.kind === 'verify' ? VerifyForm : ResetForm;
  return (
    <header className="top-bar" aria-busy={busy}>
      <div className="brand">
        <Mark />
        Metatron
      </div>
      {session ? (
        <SignedIn session={session} busy={busy} attempt={attempt} />
      ) : link ? (
        <LinkForm token={link.token} busy={busy} attempt={attempt} onDone={() => setLink(undefined)} />
      ) : (
        <SignInForm busy={busy} attempt={attempt} />
      )}
      <ThemeSwitch value={theme} onChange={onTheme} />
      <p role="alert">{fault}</p>
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 16 16" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.2" aria-hidden>
      <path d="M8 1l6 3.5v7L8 15l-6-3.5v-7zM8 1v14M2 4.5l12 7M14 4.5l-12 7" strokeLinejoin="round" />
    </svg>
  );
}
