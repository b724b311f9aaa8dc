/**
 * Migrations in Prisma's own folder format, applied in process by Prisma's schema engine on
 * WebAssembly, over the same driver as everything else.
 */
import type { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { StartupError } from '@metatron/platform/errors';
import type { Domain } from '@metatron/platform/domains';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';

const here = import.meta.dirname;
const NO_FILTER = { externalTables: [], externalEnums: [] };

let engineReady: Promise<void> | undefined;

/** The engine never clears the 10 s that it allows for its lock: they must not keep the process. */
function idleTimers(imports: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
  const names = Object.keys(imports).filter((name) => name.startsWith('__wbg_setTimeout_'));
  const start = (run: () => void, milliseconds: number) => setTimeout(run, milliseconds >>> 0).unref();
  return Object.fromEntries(names.map((name) => [name, start]));
}

/** Node cannot import the package's `.wasm` as its entry does, so it is instantiated here. */
async function loadEngine(): Promise<void> {
  engineReady ??= (async () => {
    const file = createRequire(import.meta.url)
      .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
      .replace(/\.js$/, '.wasm');
    const imports = engineModule as unknown as WebAssembly.ModuleImports;
    const { instance } = await WebAssembly.instantiate(readFileSync(file), {
      './schema_engine_bg.js': { ...imports, ...idleTimers(imports) },
    });
    const glue = engineModule as unknown as { __wbg_set_wasm: (exports: WebAssembly.Exports) => void };
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
  })();
  await engineReady;
}

interface Migration {
  readonly path: string;
  readonly migrationFile: { readonly path: string; readonly content: { readonly tag: 'ok'; readonly value: string } };
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(directory, name, 'migration.sql'), 'utf8') },
      },
    }));
}

/** The platform's own migrations, then the domain's, by their time stamps. */
export function migrationsOf(domain: Domain): Migration[] {
  const all = [
    ...readMigrations(join(here, 'common', 'migrations')),
    ...readMigrations(join(here, domain, 'migrations')),
  ];
  return all.sort((a, b) => a.path.localeCompare(b.path));
}

interface PostgresError extends Error {
  readonly position?: string;
}

/** What ends no statement although it may hold a semicolon, or the semicolon that does. */
const TOKENS = /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[^]*?\$\1\$|;/g;
const LEADING = /^(?:\s+|--[^\n]*|\/\*[^]*?\*\/)*/;

/** Where each statement of a script begins. */
function statementOffsets(script: string): number[] {
  const ends = [...script.matchAll(TOKENS)].filter(([token]) => token === ';').map(({ index }) => index + 1);
  return [0, ...ends].map((offset) => offset + (LEADING.exec(script.slice(offset))?.[0].length ?? 0));
}

/** The place in a script that failed: where the error points to, else the statement after the last that ran. */
function describeFailure(script: string, error: PostgresError, completed: number): string {
  const offset = error.position === undefined ? statementOffsets(script)[completed] : Number(error.position) - 1;
  if (offset === undefined) return error.message;
  const line = script.slice(0, offset).split('\n').length;
  const text = script.split('\n')[line - 1] ?? '';
  return `${error.message}, at line ${String(line)}: ${text.trim()}`;
}

/** Runs a script as one message and one implicit transaction. */
async function runScript(pool: pg.Pool, script: string, onFailure: (reason: string) => void): Promise<void> {
  const client = await pool.connect();
  // pg's types leave the connection out; it tells of every statement that has run.
  const { connection } = client as unknown as { readonly connection: EventEmitter };
  let completed = 0;
  const count = (): void => {
    completed += 1;
  };
  connection.on('commandComplete', count);
  try {
    await client.query(script);
  } catch (error) {
    onFailure(describeFailure(script, error as PostgresError, completed));
    throw error;
  } finally {
    connection.off('commandComplete', count);
    client.release();
  }
}

/**
 * The stock adapter splits scripts at `;`, which breaks function bodies. Sent whole, a script is
 * also one implicit transaction: it applies altogether or not at all.
 */
function wholeScripts(pool: pg.Pool, onFailure: (reason: string) => void): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  const connect = async () => {
    const adapter = await factory.connect();
    return Object.assign(adapter, {
      executeScript: (script: string) => runScript(pool, script, onFailure),
    });
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

/**
 * Applies what is missing. A script that fails leaves the database as it was, and is not held
 * against a later run once it is mended.
 * @param pool of one connection, as the database's owner; its advisory lock ends with it.
 * @returns the names of the migrations applied now.
 * @throws StartupError naming the migration and the statement.
 */
export async function applyMigrations(
  domain: Domain,
  pool: pg.Pool,
  migrations: readonly Migration[] = migrationsOf(domain),
): Promise<readonly string[]> {
  await loadEngine();
  let failure: string | undefined;
  const factory = bindMigrationAwareSqlAdapterFactory(wholeScripts(pool, (reason) => (failure = reason)));
  const datamodel = readFileSync(join(here, domain, 'schema.prisma'), 'utf8');
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [['schema.prisma', datamodel]] },
    () => undefined,
    factory,
  );
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: join(here, domain),
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: [...migrations],
      },
      filters: NO_FILTER,
    });
    return appliedMigrationNames;
  } catch (error) {
    const failed = await pool
      .query<{ migration_name: string }>(
        'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
      )
      .catch(() => ({ rows: [] }));
    for (const { migration_name: migrationName } of failed.rows)
      await engine.markMigrationRolledBack({ migrationName });
    const names = failed.rows.map((row) => row.migration_name).join(', ');
    throw new StartupError(
      `The ${domain} database could not be migrated${names === '' ? '' : ` (${names})`}: ${failure ?? (error as Error).message}`,
      'It is as it was before; mend the script and run `npm run migrate` again.',
    );
  } finally {
    engine.free();
  }
}
