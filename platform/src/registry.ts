/**
 * The parts of the platform that are found by name when a process starts. Packages import in one
 * direction only; the process that holds everything reaches the others through here.
 */
import type { Passwords } from './database/passwords.ts';
import type { DatabaseAddresses } from './database/pools.ts';
import type { Environment } from './env.ts';
import type { Logger } from './log.ts';
import type { KeyRing } from './tokens.ts';

/** The databases of a process, ready to serve. */
export interface Storage {
  readonly addresses: DatabaseAddresses;
  readonly passwords: Passwords;
  /** The demo accounts' password; undefined without demo data. */
  readonly demoPassword: string | undefined;
  /** Stops the embedded PostgreSQL, if this process started or adopted it. */
  readonly close: () => Promise<void>;
}

export interface StorageModule {
  /** Starts, migrates and fills what is missing. */
  openStorage(environment: Environment, log: Logger): Promise<Storage>;
  /** Finds databases that others keep; never starts PostgreSQL. */
  findStorage(environment: Environment): Promise<Storage>;
  /** Makes roles and grants what the access matrix says; tells what was different. */
  repairAccess(environment: Environment): Promise<readonly string[]>;
}

/** The sync workers of a process. */
export interface SyncJobs {
  health(): { readonly ready: boolean };
  /** Their figures as Prometheus' text. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface SyncModule {
  readonly startSyncJobs: (options: {
    readonly environment: Environment;
    readonly addresses: DatabaseAddresses;
    readonly passwords: Passwords;
    readonly keys: KeyRing;
    readonly log: Logger;
  }) => Promise<SyncJobs>;
}

const load = <T>(specifier: string): Promise<T> => import(specifier) as Promise<T>;

export const loadStorage = (): Promise<StorageModule> => load('@metatron/prisma/storage');
export const loadSyncJobs = (): Promise<SyncModule> => load('@metatron/sync-jobs/main');
