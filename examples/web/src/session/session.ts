/**
 * Who is signed in, as tokens.
 *
 * The access token, which opens everything for 15 minutes, lives in this module alone. The refresh
 * token lies in sessionStorage, so that a reload does not sign out; the price is that a script
 * which gets into the page can read it there. It is good for one use, and whoever uses it second
 * ends the session: a thief is noticed. A page that must not pay this price keeps both in memory
 * and asks for the password after a reload.
 */
import type { LoginInput, LoginMutation } from '../generated/graphql.ts';
import { LOGIN, LOGOUT, TOKEN_REFRESH } from './operations.ts';
import { request } from './request.ts';

type UserErrors = NonNullable<LoginMutation['login']>['userErrors'];

interface TokenPair {
  readonly accessToken?: string | null;
  readonly refreshToken?: string | null;
  readonly expiresIn?: number | null;
}

const KEY = 'metatron.refreshToken';
/** A token is renewed this long before it ends, so that none ends on its way. */
const MARGIN_MS = 30_000;

let access: { readonly token: string; readonly endsAt: number } | undefined;
let renewal: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

function keep({ accessToken, refreshToken, expiresIn }: TokenPair): boolean {
  const complete = accessToken != null && refreshToken != null;
  access = complete ? { token: accessToken, endsAt: Date.now() + (expiresIn ?? 0) * 1000 } : undefined;
  if (complete) sessionStorage.setItem(KEY, refreshToken);
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
  return complete;
}

async function exchange(): Promise<boolean> {
  const refreshToken = sessionStorage.getItem(KEY);
  if (refreshToken === null) return keep({});
  const { tokenRefresh } = await request(TOKEN_REFRESH, { input: { refreshToken } });
  return keep(tokenRefresh ?? {});
}

/**
 * Exchanges the refresh token. It serves once: all who ask meanwhile share one exchange, and who
 * comes late with a token that was replaced since needs none.
 */
export function renew(refused?: string): Promise<boolean> {
  if (refused !== undefined && access !== undefined && refused !== access.token) return Promise.resolve(true);
  renewal ??= exchange().finally(() => (renewal = undefined));
  return renewal;
}

/** The token to send now; undefined when nobody is signed in. */
export async function accessToken(): Promise<string | undefined> {
  if (access === undefined || access.endsAt - MARGIN_MS < Date.now()) await renew();
  return access?.token;
}

export async function signIn(input: LoginInput): Promise<UserErrors> {
  const { login } = await request(LOGIN, { input });
  if (login == null) throw new Error('The gateway did not answer the sign-in.');
  if (login.userErrors.length === 0) keep(login);
  return login.userErrors;
}

/** Ends the session at the gateway too; here it ends whatever the gateway says. */
export async function signOut(): Promise<void> {
  const token = access?.token;
  keep({});
  await request(LOGOUT, {}, token).catch(() => undefined);
}

export const isSignedIn = (): boolean => sessionStorage.getItem(KEY) !== null;

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
