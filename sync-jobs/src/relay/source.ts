import { rightsRole } from '@metatron/platform/access/databaseRoles';
import { ContextPool } from '@metatron/platform/database/contextPool';
import type { Passwords } from '@metatron/platform/database/passwords';
import { endPool, openPool, type DatabaseAddresses } from '@metatron/platform/database/pools';
import type { Domain } from '@metatron/platform/domains';
import type { Logger } from '@metatron/platform/log';
import { captures } from '@metatron/prisma/capture/index';
import type { Capture } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

/** A domain as the relay sees it: what is captured, and both ends of the way to cdx. */
export interface Source {
  readonly name: Domain;
  readonly capture: Capture;
  /** The domain's database, under its own relay's rights. */
  readonly origin: pg.Pool;
  /** The cdx database, under the same. */
  readonly cdx: pg.Pool;
  readonly log: Logger;
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly addresses: DatabaseAddresses;
  readonly passwords: Passwords;
  readonly log: Logger;
}

export function openSource(name: Domain, { addresses, passwords, log }: SourceOptions): Source {
  const login = { service: name, privilege: 'sync' } as const;
  const context = { role: rightsRole(name, 'sync'), tenantId: null };
  const open = (database: Domain): pg.Pool =>
    openPool({ address: addresses[database], login, password: passwords[name], main: false, attentive: true, log });
  const origin = open(name);
  const cdx = name === 'cdx' ? origin : open('cdx');
  return {
    name,
    capture: captures[name],
    origin: new ContextPool(origin, context),
    cdx: new ContextPool(cdx, context),
    log,
    close: async () => {
      await Promise.all([...new Set([origin, cdx])].map(endPool));
    },
  };
}
