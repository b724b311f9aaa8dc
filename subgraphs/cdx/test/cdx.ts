/** What the tests of cdx share. */
import { read, tokenOf } from '../../../platform/test/kit.ts';
import { fresh, mutationText, type UserError } from '../../../platform/test/mutations.ts';

export type Payload = Readonly<Record<string, never>> & { readonly userErrors: readonly UserError[] };

/** Runs a mutation as the superadmin, and gives its payload. */
export async function perform(name: string, input: object, selection: string): Promise<Payload> {
  const data = await read<Record<string, Payload>>(mutationText(name, selection), {
    token: await tokenOf('superadmin'),
    variables: { input },
  });
  return data[name]!;
}

export async function makeClient(): Promise<string> {
  const { client } = await perform('clientCreate', { name: fresh('Client') }, 'client { id }');
  return (client as unknown as { readonly id: string }).id;
}

/** A new tenant, of a new client unless one is given. */
export async function makeTenant(clientId?: string): Promise<string> {
  const id = fresh('tenant');
  const owner = clientId ?? (await makeClient());
  await perform('tenantCreate', { id, name: `The ${id}`, clientId: owner }, 'tenant { id }');
  return id;
}
