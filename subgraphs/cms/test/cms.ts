/** What the tests of cms's mutations share: one call with all of a noun's fields, and rows to refer to. */
import { ask, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';

interface Versioned {
  readonly id: string;
  readonly version: number;
}

interface Nouns {
  readonly contentType: Versioned & { readonly name: string; readonly slug: string; readonly schema: object };
  readonly contentItem: Versioned & {
    readonly title: string;
    readonly slug: string;
    readonly status: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly publishedVersion: number | null;
    readonly publishedAt: string | null;
    readonly author: { readonly id: string } | null;
    readonly media: readonly { readonly id: string }[];
    readonly versions: {
      readonly totalCount: number;
      readonly edges: readonly { readonly node: { readonly version: number; readonly restoredFrom: number | null } }[];
    };
  };
  readonly mediaFile: Versioned & {
    readonly filename: string;
    readonly mimeType: string;
    readonly fileSize: string;
    readonly url: string;
    readonly altText: string | null;
  };
  readonly page: Versioned & {
    readonly title: string;
    readonly slug: string;
    readonly path: string;
    readonly status: string;
    readonly content: unknown;
    readonly published: Readonly<Record<string, unknown>> | null;
    readonly parent: { readonly id: string } | null;
    readonly template: string | null;
  };
  readonly template: Versioned & { readonly name: string; readonly isActive: boolean };
  readonly deletedId: string;
}

export type Noun = keyof Nouns;

const SELECTIONS: Readonly<Record<Noun, string>> = {
  contentType: 'contentType { id version name slug schema }',
  contentItem:
    'contentItem { id version title slug status data publishedVersion publishedAt author { id } media { id } versions(orderBy: { field: VERSION, direction: ASC }, first: 100) { totalCount edges { node { version restoredFrom } } } }',
  mediaFile: 'mediaFile { id version filename mimeType fileSize url altText }',
  page: 'page { id version title slug path status content published parent { id } template }',
  template: 'template { id version name isActive }',
  deletedId: 'deletedId',
};

function nounOf(mutation: string): Noun {
  if (mutation === 'mediaFileDelete') return 'deletedId';
  const found = (Object.keys(SELECTIONS) as Noun[]).find((noun) => mutation.startsWith(noun));
  if (found === undefined) throw new Error(`${mutation} is none of cms`);
  return found;
}

export type Payload = { readonly [Name in Noun]?: Nouns[Name] | null } & {
  readonly userErrors: readonly {
    readonly field: readonly string[] | null;
    readonly code: string;
    readonly message: string;
  }[];
};

/** The operation of a mutation with all of its answer. */
export function operation(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  return `mutation M($input: ${type}) { ${mutation}(input: $input) { ${SELECTIONS[nounOf(mutation)]} userErrors { field code message } } }`;
}

/** Runs a mutation that must get as far as a payload. */
export async function change(account: Account, mutation: string, input: object): Promise<Payload> {
  const { data, errors, text } = await ask(operation(mutation), {
    token: await tokenOf(account),
    variables: { input },
  });
  const payload = data?.[mutation] as Payload | null | undefined;
  if (errors !== undefined || payload == null) throw new Error(`${mutation} gave no payload: ${text}`);
  return payload;
}

/** Runs a mutation that must succeed, and gives the noun of its answer. */
export async function done<Name extends Noun>(
  noun: Name,
  account: Account,
  mutation: string,
  input: object,
): Promise<Nouns[Name]> {
  const payload = await change(account, mutation, input);
  const value = payload[noun] as Nouns[Name] | null;
  if (value === null || payload.userErrors.length > 0)
    throw new Error(`${mutation} was refused: ${JSON.stringify(payload.userErrors)}`);
  return value;
}

/** Runs a mutation that must be refused, and gives what is wrong as `CODE path.of.field`. */
export async function refusal(account: Account, mutation: string, input: object): Promise<string> {
  const payload = await change(account, mutation, input);
  if (payload[nounOf(mutation)] !== null) throw new Error(`${mutation} was not refused`);
  return payload.userErrors
    .map(({ code, field }) => [code, ...(field === null ? [] : [field.join('.')])].join(' '))
    .join(', ');
}

/** An id that is well formed and nobody's. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

/** The id of some row of a tenant. */
export async function idIn(tenant: string, table: string): Promise<string> {
  const [row] = await sql<{ id: string }>('cms', `SELECT id FROM ${table} WHERE tenant_id = $1 ORDER BY id LIMIT 1`, [
    tenant,
  ]);
  if (row === undefined) throw new Error(`${tenant} has no ${table}`);
  return row.id;
}

/** How many rows a query finds in cms. */
export async function countOf(from: string, values: unknown[] = []): Promise<number> {
  const [row] = await sql<{ count: number }>('cms', `SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count ?? 0;
}

let made = 0;
/** A name that no other test uses. */
export const fresh = (word: string): string => `${word}-${String(Date.now())}-${String((made += 1))}`;

/** A content type of the fields. */
export const newType = (fields: readonly object[], account: Account = 'acme') =>
  done('contentType', account, 'contentTypeCreate', {
    name: 'Made by a test',
    slug: fresh('type'),
    schema: { fields },
  });
