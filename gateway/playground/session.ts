/** Who is signed in. Tokens live in this object alone: nothing is stored, a reload signs out. */
export interface Person {
  email: string;
  role: string;
  tenant: Tenant | null;
  tenants: readonly Tenant[] | null;
}

export interface Tenant {
  id: string;
  name: string | null;
}

export interface Session {
  person: Person;
  /** The access token, renewed first when it is about to end. */
  accessToken(): Promise<string>;
  switchTenant(tenantId: string): Promise<Session>;
  end(): Promise<void>;
}

export interface Credentials {
  email: string;
  password: string;
  tenant: string | null;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
  endsAt: number;
}

interface TokenPayload {
  accessToken: string | null;
  refreshToken: string | null;
  expiresIn: number | null;
  userErrors: readonly { message: string }[];
}

interface Done {
  ok: boolean;
  userErrors: readonly { message: string }[];
}

interface Answer<T> {
  data?: T | null;
  errors?: readonly { message: string }[];
}

export interface GraphQLRequest {
  query: string;
  operationName?: string | null;
  variables?: unknown;
}

const renewBeforeMs = 20_000;
const tokenFields = 'accessToken refreshToken expiresIn userErrors { message }';

export async function post(request: GraphQLRequest, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The gateway answered ${String(response.status)} without JSON: ${text.slice(0, 200)}`);
  }
}

/** Asks the gateway for data. @throws with its first message when it gives none. */
export async function ask<T>(request: GraphQLRequest, accessToken?: string): Promise<T> {
  const answer = (await post(request, accessToken ? { authorization: `Bearer ${accessToken}` } : {})) as Answer<T>;
  if (!answer.data) throw new Error(answer.errors?.[0]?.message ?? 'The gateway gave no data.');
  return answer.data;
}

function tokensOf(payload: TokenPayload | null): Tokens {
  const refusal = payload?.userErrors[0]?.message;
  if (!payload?.accessToken || !payload.refreshToken) throw new Error(refusal ?? 'The gateway gave no token.');
  const { accessToken, refreshToken, expiresIn } = payload;
  return { accessToken, refreshToken, endsAt: Date.now() + (expiresIn ?? 0) * 1000 };
}

export async function signIn(credentials: Credentials): Promise<Session> {
  const { login } = await ask<{ login: TokenPayload | null }>({
    query: `mutation Login($input: LoginInput!) { login(input: $input) { ${tokenFields} } }`,
    variables: { input: credentials },
  });
  return openSession(tokensOf(login));
}

/** Sets a password by the token of a single-use link. */
export async function resetPassword(token: string, password: string): Promise<void> {
  const { passwordReset } = await ask<{ passwordReset: Done | null }>({
    query:
      'mutation PasswordReset($input: PasswordResetInput!) { passwordReset(input: $input) { ok userErrors { message } } }',
    variables: { input: { token, password } },
  });
  if (!passwordReset?.ok) throw new Error(passwordReset?.userErrors[0]?.message ?? 'The password was not set.');
}

/** Verifies an address by the token of a single-use link. */
export async function verifyEmail(token: string): Promise<void> {
  const { emailVerify } = await ask<{ emailVerify: Done | null }>({
    query:
      'mutation EmailVerify($input: EmailVerifyInput!) { emailVerify(input: $input) { ok userErrors { message } } }',
    variables: { input: { token } },
  });
  if (!emailVerify?.ok) throw new Error(emailVerify?.userErrors[0]?.message ?? 'The address was not verified.');
}

async function openSession(first: Tokens): Promise<Session> {
  let tokens = first;
  let renewal: Promise<Tokens> | undefined;
  const { me } = await ask<{ me: Person | null }>(
    { query: '{ me { email role tenant { id name } tenants { id name } } }' },
    tokens.accessToken,
  );
  if (!me) throw new Error('The gateway does not say who signed in.');

  // A refresh token serves once: requests that find the token ending share one renewal.
  const accessToken = async () => {
    if (Date.now() < tokens.endsAt - renewBeforeMs) return tokens.accessToken;
    renewal ??= renew(tokens).finally(() => (renewal = undefined));
    tokens = await renewal;
    return tokens.accessToken;
  };

  return {
    person: me,
    accessToken,
    async switchTenant(tenantId) {
      const { tenantSwitch } = await ask<{ tenantSwitch: TokenPayload | null }>(
        {
          query: `mutation TenantSwitch($input: TenantSwitchInput!) { tenantSwitch(input: $input) { ${tokenFields} } }`,
          variables: { input: { tenantId } },
        },
        await accessToken(),
      );
      return openSession(tokensOf(tenantSwitch));
    },
    async end() {
      await ask({ query: 'mutation Logout { logout { ok } }' }, await accessToken());
    },
  };
}

async function renew({ refreshToken }: Tokens): Promise<Tokens> {
  const { tokenRefresh } = await ask<{ tokenRefresh: TokenPayload | null }>({
    query: `mutation TokenRefresh($input: TokenRefreshInput!) { tokenRefresh(input: $input) { ${tokenFields} } }`,
    variables: { input: { refreshToken } },
  });
  return tokensOf(tokenRefresh);
}
