/** The platform as a frontend sees it, through Apollo Client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { relayStylePagination } from '@apollo/client/utilities';
import { afterAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT, type JWK } from 'jose';
import { filter, firstValueFrom, from, map, switchMap } from 'rxjs';

import { closeSql, dataDirectory, password, signIn, sql, url, type SignedIn } from '../../platform/test/kit.ts';

type Tokens = Pick<SignedIn, 'accessToken' | 'refreshToken'>;
interface Headers {
  readonly authorization?: string;
}

const LOGIN: TypedDocumentNode<{ login: Tokens }, { input: object }> = gql`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      accessToken
      refreshToken
      user {
        id
        email
      }
      userErrors {
        field
        code
        message
      }
    }
  }
`;

const REFRESH: TypedDocumentNode<{ tokenRefresh: Tokens | { accessToken: null } }, { input: object }> = gql`
  mutation TokenRefresh($input: TokenRefreshInput!) {
    tokenRefresh(input: $input) {
      accessToken
      refreshToken
      userErrors {
        code
      }
    }
  }
`;

const ME: TypedDocumentNode<{ me: { email: string } }> = gql`
  query Me {
    me {
      id
      email
    }
  }
`;

interface Customers {
  readonly customers: {
    readonly totalCount: number;
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const CUSTOMERS: TypedDocumentNode<Customers, { first: number; after?: string; until: string }> = gql`
  query Customers($first: Int!, $after: String, $until: DateTime!) {
    customers(first: $first, after: $after, filter: { createdAt: { lt: $until } }) {
      totalCount
      edges {
        cursor
        node {
          id
          company
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const isUnauthenticated = (error: unknown): boolean =>
  CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED');

/** What a frontend writes: a client that signs its requests, and renews a token that has ended once for all of them. */
class Frontend {
  tokens: Tokens | undefined;
  renewals = 0;
  private renewal: Promise<void> | undefined;
  readonly client: ApolloClient;

  constructor(tokens?: Tokens) {
    this.tokens = tokens;
    const http = new HttpLink({ uri: `${url}/graphql` });
    const sign = new SetContextLink(({ unsigned }) => (unsigned === true ? {} : { headers: this.headers() }));
    const renewWhenEnded = new ErrorLink(({ error, operation, forward }) => {
      const { unsigned, headers } = operation.getContext();
      if (!isUnauthenticated(error) || unsigned === true) return undefined;
      return from(this.renewOnce(headers as Headers)).pipe(switchMap(() => forward(operation)));
    });
    this.client = new ApolloClient({
      link: ApolloLink.from([renewWhenEnded, sign, http]),
      cache: new InMemoryCache({
        typePolicies: { Query: { fields: { customers: relayStylePagination(['filter']) } } },
      }),
    });
  }

  async login(email: string): Promise<void> {
    const { data } = await this.client.mutate({
      mutation: LOGIN,
      variables: { input: { email, password } },
      context: { unsigned: true },
    });
    this.tokens = data?.login;
  }

  private headers(): Headers {
    return this.tokens === undefined ? {} : { authorization: `Bearer ${this.tokens.accessToken}` };
  }

  /** A query that comes late, with a token that was renewed meanwhile, renews nothing. */
  private renewOnce(sent: Headers): Promise<void> {
    if (sent.authorization !== this.headers().authorization) return Promise.resolve();
    this.renewal ??= this.renew().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private async renew(): Promise<void> {
    this.renewals += 1;
    const { data } = await this.client.mutate({
      mutation: REFRESH,
      variables: { input: { refreshToken: this.tokens?.refreshToken } },
      context: { unsigned: true },
    });
    if (data?.tokenRefresh.accessToken != null) this.tokens = data.tokenRefresh;
  }
}

/** The same token, signed by the platform's own key, but an hour past its end. */
async function endedCopyOf(token: string): Promise<string> {
  const file = JSON.parse(readFileSync(join(dataDirectory, 'keys.json'), 'utf8')) as { current: string; keys: JWK[] };
  const key = file.keys.find(({ kid }) => kid === file.current)!;
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  return new SignJWT({ ...decodeJwt(token), iat: hourAgo - 900, exp: hourAgo })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: file.current })
    .sign(await importJWK(key, 'EdDSA'));
}

afterAll(closeSql);

describe('a frontend on Apollo Client', () => {
  test('signs in and knows who it is', async () => {
    const frontend = new Frontend();
    await frontend.login('client@acme.example');
    const { data } = await frontend.client.query({ query: ME });
    expect(data?.me.email).toBe('client@acme.example');
  });

  test('grows a list by fetchMore until it has every row of its tenant once', async () => {
    const frontend = new Frontend();
    const until = new Date().toISOString();
    await frontend.login('client@acme.example');
    const list = frontend.client.watchQuery({ query: CUSTOMERS, variables: { first: 25, until } });
    const shows = (holds: (customers: Customers['customers']) => boolean) =>
      firstValueFrom(
        from(list).pipe(
          map(({ data, dataState }) => (dataState === 'complete' ? data.customers : undefined)),
          filter((customers) => customers !== undefined && holds(customers)),
        ),
      );
    let page = await shows(() => true);
    while (page?.pageInfo.hasNextPage === true) {
      const more = await list.fetchMore({ variables: { after: page.pageInfo.endCursor } });
      page = more.data.customers;
    }
    const shown = await shows(({ pageInfo }) => !pageInfo.hasNextPage);
    const expected = await sql<{ id: string }>(
      'crm',
      "SELECT id FROM customers WHERE tenant_id = 'acme' AND deleted_at IS NULL AND created_at < $1 ORDER BY created_at DESC, id DESC",
      [until],
    );
    expect(expected.length).toBeGreaterThan(25);
    expect(shown?.edges.map(({ node }) => node.id)).toEqual(expected.map(({ id }) => id));
    expect(shown?.totalCount).toBe(expected.length);
  });

  test('gets the code of what was refused beside the data of the rest', async () => {
    const frontend = new Frontend(await signIn('acme'));
    const { data, error } = await frontend.client.query({
      query: gql`
        query Mixed {
          me {
            id
          }
          tenants {
            totalCount
          }
        }
      `,
      errorPolicy: 'all',
    });
    expect(data).toMatchObject({ me: { id: expect.any(String) }, tenants: null });
    expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([
      { path: ['tenants'], extensions: { code: 'FORBIDDEN', requestId: expect.any(String) } },
    ]);
  });

  test('gets BAD_USER_INPUT as an error for a page that is too large', async () => {
    const frontend = new Frontend(await signIn('acme'));
    const asked = frontend.client.query({
      query: CUSTOMERS,
      variables: { first: 101, until: new Date().toISOString() },
    });
    await expect(asked).rejects.toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('renews an ended token once, and three queries that met it are answered', async () => {
    const { accessToken, refreshToken } = await signIn('acme');
    const frontend = new Frontend({ accessToken: await endedCopyOf(accessToken), refreshToken });
    const answers = await Promise.all(
      [1, 2, 3].map((first) =>
        frontend.client.query({ query: CUSTOMERS, variables: { first, until: new Date().toISOString() } }),
      ),
    );
    expect(answers.map(({ data }) => data?.customers.edges.length)).toEqual([1, 2, 3]);
    expect(frontend.renewals).toBe(1);
    expect(frontend.tokens?.refreshToken).not.toBe(refreshToken);
  });

  test('is told UNAUTHENTICATED when the refresh token does not hold either', async () => {
    const { accessToken } = await signIn('acme');
    const frontend = new Frontend({ accessToken: await endedCopyOf(accessToken), refreshToken: 'not-a-token' });
    const refusal: unknown = await frontend.client.query({ query: ME }).catch((error: unknown) => error);
    expect(isUnauthenticated(refusal)).toBe(true);
    expect(frontend.renewals).toBe(1);
  });
});
