/** What the tests of auth share. */
import { join } from 'node:path';

import { openKeyRing, type LinkReference } from '@metatron/platform/tokens';

import { ask, dataDirectory, LOGIN, read, sql, tokenOf, type RequestOptions } from '../../../platform/test/kit.ts';
import { fresh, mutationText, type UserError } from '../../../platform/test/mutations.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** A new account of a tenant, made by a superadmin. */
export async function makeUser(tenantId = 'globex', password = 'correct horse battery 7'): Promise<Account> {
  const email = `${fresh('person')}@${tenantId}.example`;
  const { userCreate } = await read<{ userCreate: { user: { id: string } } }>(
    'mutation M($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }',
    { token: await tokenOf('superadmin'), variables: { input: { email, tenantId, role: 'CLIENT', password } } },
  );
  return { id: userCreate.user.id, email, password };
}

export const credentials = ({ email, password }: Account) => ({ email, password });

export const login = async (input: object): Promise<{ accessToken: string | null; userErrors: UserError[] }> =>
  (await read<{ login: { accessToken: string | null; userErrors: UserError[] } }>(LOGIN, { variables: { input } }))
    .login;

export const isRefused = async (token: string): Promise<boolean> =>
  (await ask('{ me { id } }', { token })).status === 401;

/** Runs a mutation that answers with `ok`. */
export async function perform(
  name: string,
  input: object | undefined,
  options: RequestOptions = {},
): Promise<{ ok: boolean; userErrors: UserError[] }> {
  const bare = `mutation M { ${name} { ok userErrors { field code message } } }`;
  const query = input === undefined ? bare : mutationText(name, 'ok');
  const data = await read<Record<string, { ok: boolean; userErrors: UserError[] }>>(query, {
    ...options,
    variables: { input },
  });
  return data[name]!;
}

/** The tokens of the links that an account was sent for a reason, the newest first, as the mail has them. */
export async function linksOf(userId: string, event: string): Promise<string[]> {
  const keys = await openKeyRing(join(dataDirectory, 'keys.json'));
  const events = await sql<{ payload: LinkReference }>(
    'auth',
    "SELECT payload FROM domain_events WHERE type = $2 AND payload ->> 'userId' = $1 ORDER BY at DESC, id DESC",
    [userId, event],
  );
  return events.map(({ payload }) => keys.linkToken(payload));
}
