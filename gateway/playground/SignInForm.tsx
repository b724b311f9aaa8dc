import { useRef } from 'react';
import type { SubmitEvent } from 'react';
import { demoAccounts } from '../src/demoAccounts.ts';
import { demo } from './demo.ts';
import { signIn } from './session.ts';
import type { Session } from './session.ts';

interface Props {
  readonly busy: boolean;
  readonly attempt: (work: () => Promise<Session | undefined>) => Promise<void>;
}

export function SignInForm({ busy, attempt }: Props) {
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => (form.get(name) as string).trim();
    const secret = form.get('password') as string;
    void attempt(() => signIn({ email: text('email'), password: secret, tenant: text('tenant') || null }));
  };
  const choose = (address: string) => {
    if (email.current) email.current.value = address;
    password.current?.focus();
  };
  return (
    <div className="sign-in">
      <form onSubmit={submit} aria-label="Sign in">
        <label>
          Email
          <input ref={email} name="email" type="email" autoComplete="username" placeholder="you@example.com" required />
        </label>
        <label>
          Password
          <input ref={password} name="password" type="password" autoComplete="current-password" required />
        </label>
        <label>
          Tenant
          <input name="tenant" autoComplete="organization" placeholder="optional" size={10} />
        </label>
        <button disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
      </form>
      {demo && (
        <div className="demo" role="group" aria-label="Demo accounts">
          <span className="hint">Demo accounts</span>
          {demoAccounts.map(([address, may]) => (
            <button key={address} type="button" title={may} onClick={() => choose(address)}>
              {address}
            </button>
          ))}
          <span className="hint">
            <code>npm start</code> prints their password.
          </span>
        </div>
      )}
    </div>
  );
}
