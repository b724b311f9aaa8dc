/** What the tests of auth share. */
import { join } from 'node:path';

import { openKeyRing, type LinkReference } from '@metatron/platform/tokens';

import { ask, dataDirectory, sql, tokenOf, type RequestOptions } from '../../../platform/test/kit.ts';
import { fresh, mutate } from '../../../platform/test/mutations.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export const userCreate = async (input: object) =>
  mutate<{ readonly user: { readonly id: string } | null }>('userCreate', input, 'user { id }', {
    token: await tokenOf('superadmin'),
  });

/** A new account of a tenant, made by a superadmin. */
export async function makeUser(tenantId = 'globex', password = 'correct horse battery 7'): Promise<Account> {
  const email = `${fresh('person')}@${tenantId}.example`;
  const { user } = await userCreate({ email, tenantId, role: 'CLIENT', password });
  if (user === null) throw new Error(`${email} was not made`);
  return { id: user.id, email, password };
}

export const credentials = ({ email, password }: Account) => ({ email, password });

export const login = (input: object) => mutate<{ readonly accessToken: string | null }>('login', input, 'accessToken');

export const isRefused = async (token: string): Promise<boolean> =>
  (await ask('{ me { id } }', { token })).status === 401;

/** Runs a mutation that answers with `ok`. */
export const perform = (name: string, input: object | undefined, options: RequestOptions = {}) =>
  mutate<{ readonly ok: boolean }>(name, input, 'ok', options);

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
