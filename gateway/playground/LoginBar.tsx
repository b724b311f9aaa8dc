import { useState } from 'react';
import type { SubmitEvent } from 'react';
import { resetPassword, signIn } from './session.ts';
import type { Session } from './session.ts';

interface Props {
  session: Session | undefined;
  onChange: (session: Session | undefined) => void;
}

export function LoginBar({ session, onChange }: Props) {
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState(() => /^#reset=(.+)$/.exec(location.hash)?.[1]);

  const attempt = async (work: () => Promise<Session | undefined>) => {
    setBusy(true);
    setFault(undefined);
    try {
      onChange(await work());
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <header className="login-bar" aria-busy={busy}>
      {session ? (
        <SignedIn session={session} busy={busy} attempt={attempt} />
      ) : link !== undefined ? (
        <ResetForm link={link} busy={busy} attempt={attempt} onDone={() => setLink(undefined)} />
      ) : (
        <SignInForm busy={busy} attempt={attempt} />
      )}
      <p role="alert">{fault}</p>
    </header>
  );
}

interface PartProps {
  busy: boolean;
  attempt: (work: () => Promise<Session | undefined>) => Promise<void>;
}

/** The way in by a single-use link: the page forgets the link once the password is set. */
function ResetForm({ link, busy, attempt, onDone }: PartProps & { link: string; onDone: () => void }) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password') as string;
    void attempt(async () => {
      await resetPassword(link, password);
      history.replaceState(null, '', location.pathname);
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

function SignInForm({ busy, attempt }: PartProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => (form.get(name) as string).trim();
    const password = form.get('password') as string;
    void attempt(() => signIn({ email: text('email'), password, tenant: text('tenant') || null }));
  };
  return (
    <form onSubmit={submit} aria-label="Sign in">
      <label>
        Email
        <input name="email" type="email" autoComplete="username" placeholder="superadmin@metatron.example" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <label>
        Tenant
        <input name="tenant" autoComplete="organization" placeholder="optional" size={10} />
      </label>
      <button disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
      <span className="hint">
        With the demo data, <code>npm start</code> prints the password.
      </span>
    </form>
  );
}

function SignedIn({ session, busy, attempt }: PartProps & { session: Session }) {
  const { email, role, tenant, tenants } = session.person;
  const leave = async () => {
    // Signed out here even when the gateway cannot be told.
    await session.end().catch(() => undefined);
    return undefined;
  };
  return (
    <div className="signed-in">
      <span role="status">
        Signed in as <strong>{email}</strong> <span className="role">{role}</span>
        {tenant && <> in {tenant.name ?? tenant.id}</>}
      </span>
      {tenant && tenants && tenants.length > 1 && (
        <label>
          Tenant
          <select
            value={tenant.id}
            disabled={busy}
            onChange={({ target }) => void attempt(() => session.switchTenant(target.value))}
          >
            {tenants.map(({ id, name }) => (
              <option key={id} value={id}>
                {name ?? id}
              </option>
            ))}
          </select>
        </label>
      )}
      <button disabled={busy} onClick={() => void attempt(leave)}>
        Log out
      </button>
    </div>
  );
}
