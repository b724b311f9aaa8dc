import type pg from 'pg';

import { privilegeOf, type PrivilegeClass } from './access/databaseRoles.ts';
import { personOf } from './access/decide.ts';
import { people, personalTables } from './access/matrix.ts';
import type { ClientCache, Connections } from './database/connections.ts';
import type { RawClient } from './database/rawClient.ts';
import type { Domain } from './domains.ts';
import type { ObjectStore } from './env.ts';
import { PublicError } from './errors.ts';
import type { Caller, Identity, UserIdentity } from './identity.ts';
import type { Logger } from './log.ts';
import { Reader } from './read/reader.ts';
import type { Shown } from './read/shown.ts';
import type { Scope } from './read/sql.ts';
import type { NotedRefusal } from './refusals.ts';
import type { ListDeclaration } from './sdl/expand.ts';
import type { KeyRing } from './tokens.ts';

/** What every subgraph of a process shares. */
export interface PlatformServices {
  readonly connections: Connections;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly dataDirectory: string;
  /** S3-compatible storage for files; undefined means the data directory. */
  readonly objectStore: ObjectStore | undefined;
  readonly vapidKeysFile: string;
}

/** What a resolver or verb of one request may use. */
export interface SubgraphContext<Client> {
  readonly domain: Domain;
  readonly caller: Caller;
  readonly services: PlatformServices;
  readonly log: Logger;
  /** What is refused in this request, for the gateway to hear of. */
  readonly refusals: NotedRefusal[];
  /** Reads as the caller, scoped to what the caller may see. */
  readonly read: Reader;
  /** The domain's client under the caller's own class, in one tenant or across those it may see. */
  db(tenantId?: string): Client;
  /** The domain acting for itself: for what a person does to their own account, and for its rules. */
  asService(tenantId: string | null): Client;
  /** Reads in the domain's own name, across tenants: the caller's rights are checked before. */
  readonly readAsService: Reader;
  /** Another domain's database, as far as the matrix grants this service a part of it. */
  foreign(domain: Domain, tenantId: string): pg.Pool;
}

export interface ContextSource<Client extends RawClient & object> {
  readonly domain: Domain;
  readonly services: PlatformServices;
  readonly clients: ClientCache<Client>;
  readonly lists: ReadonlyMap<string, ListDeclaration>;
}

/** The signed-in person, or UNAUTHENTICATED. */
export function requireUser(identity: Identity): UserIdentity {
  if (identity.kind !== 'user') throw new PublicError('UNAUTHENTICATED', 'Sign in first.');
  return identity;
}

/** The tenant that an identity is bound to in a domain; undefined when the matrix lets it across. */
export function boundTenant(domain: Domain, identity: Identity): string | undefined {
  if (identity.kind === 'platform' || identity.kind === 'anonymous') return undefined;
  return people[personOf(identity)][domain].read === 'all' ? undefined : identity.tenantId;
}

function scopeOf(domain: Domain, identity: Identity): Scope {
  const personId = identity.kind === 'user' && identity.role === 'client' ? identity.userId : undefined;
  const publishedOnly = people[personOf(identity)][domain].read === 'published';
  return { tenantId: boundTenant(domain, identity), personId, personal: personalTables[domain] ?? {}, publishedOnly };
}

function requirePrivilege(identity: Identity): PrivilegeClass {
  const privilege = privilegeOf(identity);
  if (privilege === undefined) throw new PublicError('UNAUTHENTICATED', 'Sign in first.');
  return privilege;
}

/**
 * Builds a request's context in a subgraph, from the caller that the gateway vouches for.
 * @param shown what the operation shows of rows, where that is known
 */
export function createContext<Client extends RawClient & object>(
  source: ContextSource<Client>,
  caller: Caller,
  shown?: Shown,
): SubgraphContext<Client> {
  const { domain, services, clients, lists } = source;
  const { identity } = caller;
  const bound = boundTenant(domain, identity);
  const db = (tenantId?: string): Client => clients.get(requirePrivilege(identity), bound ?? tenantId ?? null);
  const asService = (tenantId: string | null): Client => clients.get('service', tenantId);
  return {
    domain,
    caller,
    services,
    // Made when something is logged, which is seldom.
    get log() {
      return services.log.child({ requestId: caller.requestId, domain });
    },
    refusals: [],
    read: new Reader(
      () => clients.pool(requirePrivilege(identity), bound ?? null),
      scopeOf(domain, identity),
      lists,
      shown,
    ),
    readAsService: new Reader(
      () => clients.pool('service', null),
      { tenantId: undefined, personId: undefined, personal: {}, publishedOnly: false },
      lists,
    ),
    db,
    asService,
    foreign: (other, tenantId) => services.connections.as(other, { service: domain, privilege: 'service' }, tenantId),
  };
}
