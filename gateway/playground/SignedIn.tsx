import type { Session } from './session.ts';

interface Props {
  readonly session: Session;
  readonly busy: boolean;
  readonly attempt: (work: () => Promise<Session | undefined>) => Promise<void>;
}

export function SignedIn({ session, busy, attempt }: Props) {
  const { email, role, tenant, tenants } = session.person;
  const leave = async () => {
    // Signed out here even when the gateway cannot be told.
    await session.end().catch(() => undefined);
    return undefined;
  };
  const choice = tenant && tenants && tenants.length > 1 ? tenants : undefined;
  return (
    <div className="signed-in">
      <span role="status">
        Signed in as <strong>{email}</strong> <span className="role">{role}</span>
        {tenant && !choice && <> in {tenant.name ?? tenant.id}</>}
      </span>
      {tenant && choice && (
        <label>
          Tenant
          <select
            value={tenant.id}
            disabled={busy}
            onChange={({ target }) => void attempt(() => session.switchTenant(target.value))}
          >
            {choice.map(({ id, name }) => (
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
