import type { TypedDocumentNode } from '@apollo/client';
import { print } from 'graphql';

import { endpoint } from '../gateway.ts';

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * One operation outside Apollo Client, for what makes and ends sessions: tokens stay out of its
 * cache, and a renewal cannot wait for itself.
 */
export async function request<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  accessToken?: string,
): Promise<Data> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  if (data == null) throw new Error(errors?.[0]?.message ?? 'The gateway gave no data.');
  return data;
}
