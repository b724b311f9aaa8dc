/** What the tests of every domain's mutations share: one call with all of a noun's fields, done or refused. */
import { randomUUID } from 'node:crypto';

import type { Domain } from '../src/domains.ts';

import { ask, read, sql, tokenOf, type Account, type RequestOptions } from './kit.ts';

export interface UserError {
  readonly field: readonly string[] | null;
  readonly code: string;
  readonly message: string;
}

export type PayloadOf<Nouns> = { readonly [Name in keyof Nouns]?: Nouns[Name] | null } & {
  readonly userErrors: readonly UserError[];
};

/** What a payload's nouns are selected with, by noun; `deletedId` is every domain's. */
export interface NounSelections<Noun extends string> {
  readonly selections: Readonly<Record<Exclude<Noun, 'deletedId'>, string>>;
  /** The nouns of a mutation whose name does not begin with them. */
  readonly answers?: Readonly<Record<string, readonly Noun[]>>;
}

export interface Mutations<Nouns> {
  /** The operation of a mutation with all of its answer. */
  readonly operation: (mutation: string) => string;
  /** Runs a mutation that must get as far as a payload. */
  readonly change: (account: Account, mutation: string, input: object) => Promise<PayloadOf<Nouns>>;
  /** Runs a mutation that must succeed, and gives one noun of its answer. */
  readonly done: <Name extends keyof Nouns>(
    noun: Name,
    account: Account,
    mutation: string,
    input: object,
  ) => Promise<Nouns[Name]>;
  /** Runs a mutation that must be refused, and gives what is wrong as `CODE path.of.field`. */
  readonly refusal: (account: Account, mutation: string, input: object) => Promise<string>;
  /** The top-level codes with which a mutation is refused. */
  readonly denial: (account: Account, mutation: string, input: object) => Promise<readonly string[]>;
}

/** The type of a mutation's input, by the contract's naming. */
const inputTypeOf = (mutation: string): string => `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;

const WRONG = 'userErrors { field code message }';

const mutationText = (mutation: string, selection: string): string =>
  `mutation M($input: ${inputTypeOf(mutation)}) { ${mutation}(input: $input) { ${selection} ${WRONG} } }`;

/** Runs a mutation with a selection of the test's own, or one without input; it must get as far as a payload. */
export async function mutate<Nouns extends object>(
  mutation: string,
  input: object | undefined,
  selection: string,
  options: Omit<RequestOptions, 'variables'> = {},
): Promise<Nouns & { readonly userErrors: readonly UserError[] }> {
  const bare = `mutation M { ${mutation} { ${selection} ${WRONG} } }`;
  const data = await read<Record<string, Nouns & { readonly userErrors: readonly UserError[] }>>(
    input === undefined ? bare : mutationText(mutation, selection),
    { ...options, variables: { input } },
  );
  return data[mutation]!;
}

/** What is wrong, as `CODE path.of.field`. */
export const wordsOf = (userErrors: readonly UserError[]): string =>
  userErrors.map(({ code, field }) => [code, ...(field === null ? [] : [field.join('.')])].join(' ')).join(', ');

/** The nouns that a mutation answers with, from its name: `customerDelete` gives the `deletedId`. */
function nounsOf<Noun extends string>(
  mutation: string,
  { selections, answers }: NounSelections<Noun>,
): readonly (Noun | 'deletedId')[] {
  const named = answers?.[mutation];
  if (named !== undefined) return named;
  if (mutation.endsWith('Delete')) return ['deletedId'];
  const nouns = (Object.keys(selections) as Noun[]).filter((noun) => mutation.startsWith(noun));
  const [longest] = nouns.sort((one, other) => other.length - one.length);
  if (longest === undefined) throw new Error(`${mutation} begins with none of the nouns`);
  return [longest];
}

/** The mutations of a domain as the demo accounts send them. */
export function mutationsOf<Nouns extends object>(own: NounSelections<Extract<keyof Nouns, string>>): Mutations<Nouns> {
  const selections: Readonly<Record<string, string>> = { ...own.selections, deletedId: 'deletedId' };

  const operation = (mutation: string): string =>
    mutationText(
      mutation,
      nounsOf(mutation, own)
        .map((noun) => selections[noun])
        .join(' '),
    );

  const send = async (account: Account, mutation: string, input: object) =>
    ask(operation(mutation), { token: await tokenOf(account), variables: { input } });

  const change = async (account: Account, mutation: string, input: object): Promise<PayloadOf<Nouns>> => {
    const { data, errors, text } = await send(account, mutation, input);
    const payload = data?.[mutation] as PayloadOf<Nouns> | null | undefined;
    if (errors !== undefined || payload == null) throw new Error(`${mutation} gave no payload: ${text}`);
    return payload;
  };

  return {
    operation,
    change,
    async done<Name extends keyof Nouns>(noun: Name, account: Account, mutation: string, input: object) {
      const payload = await change(account, mutation, input);
      const value = payload[noun] as Nouns[Name] | null | undefined;
      if (value == null || payload.userErrors.length > 0)
        throw new Error(`${mutation} was refused: ${JSON.stringify(payload.userErrors)}`);
      return value;
    },
    async refusal(account, mutation, input) {
      const { userErrors, ...nouns } = await change(account, mutation, input);
      if (Object.values(nouns).some((noun) => noun !== null)) throw new Error(`${mutation} was not refused`);
      return wordsOf(userErrors);
    },
    async denial(account, mutation, input) {
      const { errors } = await send(account, mutation, input);
      return (errors ?? []).map(({ extensions }) => extensions.code);
    },
  };
}

/** An id that is well formed and nobody's. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

/** A name that no other test uses, fit for a slug, a key or an address. */
export const fresh = (word: string): string => `${word}-${randomUUID().slice(0, 13)}`;

/** The id of some row of a tenant. */
export async function someId(domain: Domain, tenant: string, table: string, where = 'true'): Promise<string> {
  const text = `SELECT id FROM ${table} WHERE tenant_id = $1 AND ${where} ORDER BY id LIMIT 1`;
  const [row] = await sql<{ id: string }>(domain, text, [tenant]);
  if (row === undefined) throw new Error(`${tenant} has none of ${table}`);
  return row.id;
}

/** How many rows a query finds in a domain. */
export async function countOf(domain: Domain, from: string, values: unknown[] = []): Promise<number> {
  const [row] = await sql<{ count: number }>(domain, `SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count ?? 0;
}
