import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';

import { rightsRole, type DatabaseLogin, type PrivilegeClass } from '../access/databaseRoles.ts';
import type { Domain } from '../domains.ts';
import type { Logger } from '../log.ts';

import { ContextPool } from './contextPool.ts';
import type { Passwords } from './passwords.ts';
import { endPool, openPool, warmPool, type DatabaseAddresses } from './pools.ts';

/** The class whose pool a service keeps warm: nearly every request is a client's. */
const MAIN: PrivilegeClass = 'client';

/** A process's connections: one pool per database and login, opened when first used. */
export class Connections {
  private readonly addresses: DatabaseAddresses;
  private readonly passwords: Passwords;
  private readonly log: Logger;
  private readonly pools = new Map<string, pg.Pool>();

  constructor(addresses: DatabaseAddresses, passwords: Passwords, log: Logger) {
    this.addresses = addresses;
    this.passwords = passwords;
    this.log = log;
  }

  /** The connections of a login, under its rights and a tenant; null for all tenants it may see. */
  as(database: Domain, login: DatabaseLogin, tenantId: string | null): ContextPool {
    const role = rightsRole(login.service, login.privilege);
    return new ContextPool(this.pool(database, login), { role, tenantId });
  }

  /** Opens a service's own main pool and its first connections. */
  async warm(service: Domain): Promise<void> {
    const privilege = service === 'cdx' ? 'superadmin' : MAIN;
    await warmPool(this.pool(service, { service, privilege }));
  }

  async end(): Promise<void> {
    await Promise.all([...this.pools.values()].map(endPool));
  }

  private pool(database: Domain, login: DatabaseLogin): pg.Pool {
    const name = `${database} ${login.service} ${login.privilege}`;
    const known = this.pools.get(name);
    if (known !== undefined) return known;
    const main =
      database === login.service &&
      (login.privilege === MAIN || (database === 'cdx' && login.privilege === 'superadmin'));
    const made = openPool({
      address: this.addresses[database],
      login,
      password: this.passwords[login.service],
      main,
      log: this.log,
    });
    this.pools.set(name, made);
    return made;
  }
}

/** Clients beyond this are forgotten, the least used first; the pools under them stay. */
const MAX_CLIENTS = 200;

/** What statements run on for one privilege class and tenant; Prisma over it when it is first needed. */
interface Held<Client> {
  readonly pool: ContextPool;
  client: Client | undefined;
}

/**
 * One pool, and one Prisma client over it, per privilege class and tenant. The tenant is bound to the client and not
 * looked up when a query runs: Prisma batches the queries of a tick whoever asked them.
 */
export class ClientCache<Client extends object> {
  private readonly held = new LRUCache<string, Held<Client>>({ max: MAX_CLIENTS });
  private readonly connections: Connections;
  private readonly domain: Domain;
  private readonly create: (adapter: PrismaPg) => Client;

  constructor(connections: Connections, domain: Domain, create: (adapter: PrismaPg) => Client) {
    this.connections = connections;
    this.domain = domain;
    this.create = create;
  }

  /** For verbs. */
  get(privilege: PrivilegeClass, tenantId: string | null): Client {
    const held = this.hold(privilege, tenantId);
    return (held.client ??= this.create(new PrismaPg(held.pool)));
  }

  /** For reads that write their own SQL: the same connections under the same rights and tenant. */
  pool(privilege: PrivilegeClass, tenantId: string | null): ContextPool {
    return this.hold(privilege, tenantId).pool;
  }

  private hold(privilege: PrivilegeClass, tenantId: string | null): Held<Client> {
    const name = `${privilege} ${tenantId ?? ''}`;
    const known = this.held.get(name);
    if (known !== undefined) return known;
    const pool = this.connections.as(this.domain, { service: this.domain, privilege }, tenantId);
    const made: Held<Client> = { pool, client: undefined };
    this.held.set(name, made);
    return made;
  }
}
