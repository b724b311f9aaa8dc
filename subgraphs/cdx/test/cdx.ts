/** What the tests of cdx share. */
import { tokenOf } from '../../../platform/test/kit.ts';
import { fresh, mutate } from '../../../platform/test/mutations.ts';

/** Runs a mutation as the superadmin, and gives its payload. */
export const perform = async (name: string, input: object, selection: string) =>
  mutate<Readonly<Record<string, never>>>(name, input, selection, { token: await tokenOf('superadmin') });

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
