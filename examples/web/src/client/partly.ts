/**
 * How the app's lists are read: what a service cannot give is null and an error, and the rest is
 * shown; what was seen before is shown at once, and asked for again.
 */
export const partly = {
  errorPolicy: 'all',
  fetchPolicy: 'cache-and-network',
  nextFetchPolicy: 'cache-first',
} as const;
