/** What the tests of crm's mutations share: one call with all of a noun's fields, and rows to refer to. */
import { ask, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';

interface Named {
  readonly id: string;
}

interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Placed extends Named {
  readonly title: string;
  readonly stage: string;
  readonly stageKind: string;
  readonly probability: number;
  readonly lostReason: string | null;
  readonly value: Money | null;
  readonly version: number;
  readonly customer: Named | null;
  readonly pipeline: Named;
  readonly stageHistory: {
    readonly totalCount: number;
    readonly edges: readonly {
      readonly node: { readonly fromStage: string | null; readonly toStage: string; readonly changedBy: Named | null };
    }[];
  };
}

interface Nouns {
  readonly customer: Named & {
    readonly tenant: Named;
    readonly email: string | null;
    readonly firstName: string | null;
    readonly company: string | null;
    readonly status: string;
    readonly tags: readonly string[];
    readonly version: number;
  };
  readonly lead: Placed & {
    readonly convertedAt: string | null;
    readonly assignee: Named | null;
    readonly deal: Named | null;
  };
  readonly deal: Placed & {
    readonly closedAt: string | null;
    readonly tags: readonly string[];
    readonly owner: Named | null;
    readonly lead: Named | null;
  };
  readonly interaction: Named & {
    readonly type: string;
    readonly subject: string | null;
    readonly user: Named | null;
    readonly customer: Named | null;
    readonly lead: Named | null;
    readonly deal: Named | null;
  };
  readonly pipeline: Named & {
    readonly name: string;
    readonly isDefault: boolean;
    readonly version: number;
    readonly stages: readonly (Named & {
      readonly name: string;
      readonly order: number;
      readonly probability: number;
      readonly kind: string;
    })[];
  };
  readonly deletedId: string;
}

export type Noun = keyof Nouns;

const PLACED =
  'id title stage stageKind probability lostReason version value { amount currency } customer { id } pipeline { id } stageHistory(orderBy: { field: CHANGED_AT, direction: ASC }) { totalCount edges { node { fromStage toStage changedBy { id } } } }';

const SELECTIONS: Readonly<Record<Noun, string>> = {
  customer: 'customer { id tenant { id } email firstName company status tags version }',
  lead: `lead { ${PLACED} convertedAt assignee { id } deal { id } }`,
  deal: `deal { ${PLACED} closedAt tags owner { id } lead { id } }`,
  interaction: 'interaction { id type subject user { id } customer { id } lead { id } deal { id } }',
  pipeline: 'pipeline { id name isDefault version stages { id name order probability kind } }',
  deletedId: 'deletedId',
};

/** The nouns that a mutation answers with, from its name. */
function nounsOf(mutation: string): readonly Noun[] {
  if (mutation === 'leadConvert') return ['lead', 'deal'];
  if (mutation === 'customerDelete') return ['deletedId'];
  const found = (Object.keys(SELECTIONS) as Noun[]).find((noun) => mutation.startsWith(noun));
  if (found === undefined) throw new Error(`${mutation} is none of crm`);
  return [found];
}

export type Payload = { readonly [Name in Noun]?: Nouns[Name] | null } & {
  readonly userErrors: readonly { readonly field: readonly string[] | null; readonly code: string }[];
};

/** The operation of a mutation with all of its answer. */
export function operation(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const selection = nounsOf(mutation).map((noun) => SELECTIONS[noun]);
  return `mutation M($input: ${type}) { ${mutation}(input: $input) { ${selection.join(' ')} userErrors { field code } } }`;
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

/** Runs a mutation that must succeed, and gives one noun of its answer. */
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
  if (nounsOf(mutation).some((noun) => payload[noun] !== null)) throw new Error(`${mutation} was not refused`);
  return payload.userErrors
    .map(({ code, field }) => [code, ...(field === null ? [] : [field.join('.')])].join(' '))
    .join(', ');
}

/** An id that is well formed and nobody's. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

/** Which parts of the demo data the tests refer to. */
const ROWS = {
  customer: ['crm', 'customers WHERE deleted_at IS NULL AND'],
  lead: ['crm', 'leads WHERE deleted_at IS NULL AND converted_at IS NULL AND'],
  deal: ['crm', 'deals WHERE deleted_at IS NULL AND'],
  pipeline: ['crm', 'pipelines WHERE is_default AND'],
  user: ['auth', 'users WHERE is_active AND'],
} as const;

/** The id of some row of a tenant. */
export async function idIn(tenant: string, noun: keyof typeof ROWS): Promise<string> {
  const [domain, from] = ROWS[noun];
  const [row] = await sql<Named>(domain, `SELECT id FROM ${from} tenant_id = $1 ORDER BY id LIMIT 1`, [tenant]);
  if (row === undefined) throw new Error(`${tenant} has no ${noun}`);
  return row.id;
}

/** How many rows a query finds in crm. */
export async function countOf(from: string, values: unknown[]): Promise<number> {
  const [row] = await sql<{ count: number }>('crm', `SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count ?? 0;
}
