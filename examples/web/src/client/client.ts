import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { relayStylePagination } from '@apollo/client/utilities';

import { endpoint } from '../gateway.ts';
import { accessToken, isSignedIn, onSessionChange } from '../session/session.ts';
import { renewWhenRefused } from './renewWhenRefused.ts';

/** Signs each request; a token about to end is renewed first. */
const sign = new SetContextLink(async () => {
  const token = await accessToken();
  return token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
});

export const client = new ApolloClient({
  link: ApolloLink.from([renewWhenRefused, sign, new HttpLink({ uri: endpoint })]),
  cache: new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          // The board grows page by page; a page of customers stands for itself.
          leads: relayStylePagination(['filter', 'orderBy']),
        },
      },
    },
  }),
});

// What one person saw is gone before the next one signs in.
onSessionChange(() => {
  if (!isSignedIn()) void client.clearStore();
});
