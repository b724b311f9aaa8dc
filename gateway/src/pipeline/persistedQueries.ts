/** Automatic persisted queries, by Apollo's protocol: a text that was sent once is asked for by its hash. */
import { createHash } from 'node:crypto';

import { PublicError } from '@metatron/platform/errors';

import { isRow } from '../execute/rows.ts';
import type { Identified, Parsed } from './flow.ts';
import type { Parser } from './parse.ts';
import type { QueryStore } from './queryStore.ts';
import { PersistedQueryNotFound } from './refusal.ts';

const HASH = /^[\da-f]{64}$/;

const bad = (message: string): PublicError => new PublicError('BAD_USER_INPUT', message);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The hash that a request names. @throws PublicError for one that is none. */
function namedHash(named: unknown): string {
  if (!isRow(named)) throw bad('`persistedQuery` must be an object.');
  const { version, sha256Hash } = named;
  if (version !== 1) throw bad('Unsupported persisted query version.');
  if (typeof sha256Hash !== 'string' || !HASH.test(sha256Hash)) throw bad('`sha256Hash` must be a SHA-256 in hex.');
  return sha256Hash;
}

const withQuery = (identified: Identified, query: string): Identified => ({
  ...identified,
  asked: { ...identified.asked, query },
});

export class PersistedQueries {
  private readonly store: QueryStore;

  constructor(store: QueryStore) {
    this.store = store;
  }

  /** Leads a request to the parser with its text; a text that comes with its hash is kept once it is valid. */
  async parse(identified: Identified, parser: Parser): Promise<Parsed> {
    const named = identified.asked.extensions['persistedQuery'];
    if (named === undefined || named === null) return parser.parse(identified);
    const { query } = identified.asked;
    const hash = namedHash(named);
    if (query === undefined) return parser.parse(withQuery(identified, await this.find(hash)));
    if (hashOf(query) !== hash) throw bad('The hash is not that of the query.');
    const parsed = parser.parse(identified);
    await this.store.set(hash, query);
    return parsed;
  }

  /** @throws PersistedQueryNotFound when nobody has sent it yet */
  private async find(hash: string): Promise<string> {
    const query = await this.store.get(hash);
    // What several processes can write is not taken on trust.
    if (query === undefined || hashOf(query) !== hash) throw new PersistedQueryNotFound();
    return query;
  }
}
