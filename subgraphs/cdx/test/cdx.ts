/** What the tests of cdx share. */
import { read, tokenOf } from '../../../platform/test/kit.ts';

export interface UserError {
  readonly field: readonly string[] | null;
  readonly code: string;
  readonly message: string;
}

export type Payload = Readonly<Record<string, never>> & { readonly userErrors: readonly UserError[] };

let counter = 0;

/** An id that no other test has taken. */
export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${String(process.pid)}-${Date.now().toString(36)}-${String(counter)}`;
}

/** Runs a mutation as the superadmin, and gives its payload. */
export async function perform(name: string, input: object, selection: string): Promise<Payload> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation M($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { field code message } } }`;
  const data = await read<Record<string, Payload>>(query, {
    token: await tokenOf('superadmin'),
    variables: { input },
  });
  return data[name]!;
}

export async function makeClient(): Promise<string> {
  const { client } = await perform('clientCreate', { name: freshId('Client') }, 'client { id }');
  return (client as unknown as { readonly id: string }).id;
}

/** A new tenant, of a new client unless one is given. */
export async function makeTenant(clientId?: string): Promise<string> {
  const id = freshId('tenant');
  const owner = clientId ?? (await makeClient());
  await perform('tenantCreate', { id, name: `The ${id}`, clientId: owner }, 'tenant { id }');
  return id;
}
