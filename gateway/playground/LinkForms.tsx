import { useState } from 'react';
import type { SubmitEvent } from 'react';
import { resetPassword, verifyEmail } from './session.ts';

export interface Link {
  readonly kind: 'reset' | 'verify';
  readonly token: string;
}

/** The single-use link that the page was opened by. */
export function linkOf(hash: string): Link | undefined {
  const [, kind, token] = /^#(reset|verify)=(.+)$/.exec(hash) ?? [];
  return token === undefined ? undefined : { kind: kind === 'verify' ? 'verify' : 'reset', token };
}

interface Props {
  readonly token: string;
  readonly busy: boolean;
  readonly attempt: (work: () => Promise<undefined>) => Promise<void>;
  readonly onDone: () => void;
}

const forget = () => {
  history.replaceState(null, '', location.pathname);
};

/** The way in by a single-use link: the page forgets the link once the password is set. */
export function ResetForm({ token, busy, attempt, onDone }: Props) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password') as string;
    void attempt(async () => {
      await resetPassword(token, password);
      forget();
      onDone();
      return undefined;
    });
  };
  return (
    <form onSubmit={submit} aria-label="Set your password">
      <label>
        New password
        <input name="password" type="password" autoComplete="new-password" minLength={8} required />
      </label>
      <button disabled={busy}>Set the password</button>
      <span className="hint">Then sign in with it.</span>
    </form>
  );
}

/** A click, not the page's opening, uses the link up: programs that look at mails open pages too. */
export function VerifyForm({ token, busy, attempt, onDone }: Props) {
  const [verified, setVerified] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (verified) {
      onDone();
      return;
    }
    void attempt(async () => {
      await verifyEmail(token);
      forget();
      setVerified(true);
      return undefined;
    });
  };
  return (
    <form onSubmit={submit} aria-label="Verify your address">
      <span>{verified ? 'Your address is verified.' : 'One click, and your address is verified.'}</span>
      <button disabled={busy}>{verified ? 'Go on' : 'Verify my address'}</button>
    </form>
  );
}
