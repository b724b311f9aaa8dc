/** What the tests of NOTIFICATIONS share: its mutations as the demo accounts send them. */
import { ask, signIn, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';

interface Nouns {
  readonly notification: {
    readonly id: string;
    readonly tenant: { readonly id: string };
    readonly user: { readonly id: string } | null;
    readonly channel: string;
    readonly category: string;
    readonly status: string;
    readonly templateKey: string | null;
    readonly locale: string;
    readonly subject: string | null;
    readonly isCritical: boolean;
    readonly scheduledAt: string | null;
    readonly readAt: string | null;
  };
  readonly notificationTemplate: {
    readonly id: string;
    readonly key: string;
    readonly locale: string;
    readonly subject: string | null;
    readonly body: string;
    readonly variables: readonly object[];
    readonly status: string;
    readonly version: number;
    readonly publishedVersion: number | null;
  };
  readonly notificationPreference: {
    readonly id: string;
    readonly category: string;
    readonly channel: string;
    readonly isEnabled: boolean;
    readonly frequency: string;
    readonly version: number;
  };
  readonly pushSubscription: {
    readonly id: string;
    readonly service: string;
    readonly label: string | null;
    readonly user: { readonly id: string };
  };
  readonly deletedId: string;
}

export type Noun = keyof Nouns;

const SELECTIONS: Readonly<Record<Noun, string>> = {
  notification:
    'notification { id tenant { id } user { id } channel category status templateKey locale subject isCritical scheduledAt readAt }',
  notificationTemplate: 'notificationTemplate { id key locale subject body variables status version publishedVersion }',
  notificationPreference: 'notificationPreference { id category channel isEnabled frequency version }',
  pushSubscription: 'pushSubscription { id service label user { id } }',
  deletedId: 'deletedId',
};

function nounOf(mutation: string): Noun {
  if (mutation === 'pushSubscriptionDelete') return 'deletedId';
  const nouns = ['notificationTemplate', 'notificationPreference', 'notification', 'pushSubscription'] as const;
  const found = nouns.find((noun) => mutation.startsWith(noun));
  if (found === undefined) throw new Error(`${mutation} is none of notifications`);
  return found;
}

export type Payload = { readonly [Name in Noun]?: Nouns[Name] | null } & {
  readonly userErrors: readonly { readonly field: readonly string[] | null; readonly code: string }[];
};

/** The operation of a mutation with all of its answer. */
export function operation(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const selection = SELECTIONS[nounOf(mutation)];
  return `mutation M($input: ${type}) { ${mutation}(input: $input) { ${selection} userErrors { field code } } }`;
}

/** Runs a mutation that must get as far as a payload. */
export async function change(account: Account, mutation: string, input: object): Promise<Payload> {
  const variables = { input };
  const { data, errors, text } = await ask(operation(mutation), { token: await tokenOf(account), variables });
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

/** The top-level codes with which a mutation is refused. */
export async function denial(account: Account, mutation: string, input: object): Promise<readonly string[]> {
  const { errors } = await ask(operation(mutation), { token: await tokenOf(account), variables: { input } });
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

/** An id that is well formed and nobody's. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

let made = 0;

/** A key, or another name, that nothing else has. */
export const fresh = (name: string): string => `${name}_${String(process.pid)}_${String((made += 1))}`;

/** The id of a demo account's user. */
export const userIdOf = async (account: Account): Promise<string> => (await signIn(account)).user.id;

/** Makes and publishes a template of acme, and gives its key. */
export async function publish(draft: object = {}): Promise<string> {
  const key = fresh('template');
  const words = { channel: 'IN_APP', name: 'A test', body: 'Hello {{ name }}', variables: [{ name: 'name' }] };
  const input = { tenantId: 'acme', key, ...words, ...draft };
  const { id } = await done('notificationTemplate', 'admin', 'notificationTemplateCreate', input);
  await done('notificationTemplate', 'admin', 'notificationTemplatePublish', { id });
  return key;
}

/** A message's row as the database has it. */
export async function stored<Row extends object>(id: string, columns: string): Promise<Row> {
  const [row] = await sql<Row>('notifications', `SELECT ${columns} FROM notifications WHERE id = $1`, [id]);
  if (row === undefined) throw new Error(`there is no notification ${id}`);
  return row;
}
