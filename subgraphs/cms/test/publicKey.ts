/** A browser under acme's publishable key. */
import { ask, read, type Answer } from '../../../platform/test/kit.ts';

const headers = { 'x-tenant-key': 'pk_demo_acme_publishable' };

export const askPublicly = (query: string, variables: object = {}): Promise<Answer> =>
  ask(query, { headers, variables });

export const readPublicly = <T>(query: string, variables: object = {}): Promise<T> =>
  read<T>(query, { headers, variables });
