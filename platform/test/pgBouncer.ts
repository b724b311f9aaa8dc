/** A PgBouncer of the test's own, in transaction mode, before the running cluster. Debian: `apt-get install pgbouncer`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loginRole, privilegeClasses } from '../src/access/databaseRoles.ts';
import { clusterUser } from '../src/database/clusterUser.ts';
import { freePort } from '../src/database/embedded.ts';
import { domains } from '../src/domains.ts';

import { passwords, runningCluster } from './kit.ts';
import { untilPrinted } from './programs.ts';

export interface PgBouncer {
  readonly port: number;
  stop(): Promise<void>;
}

/** As the README says it has to be, with few connections to a database so that callers share them. */
const settings = (port: number, users: string): string => `
[databases]
* = host=${runningCluster().host} port=${String(runningCluster().port)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 2
max_client_conn = 500
auth_type = scram-sha-256
auth_file = ${users}
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout
`;

/** Every login with its password, in PgBouncer's own form. */
function users(): string {
  const known = passwords();
  return domains
    .flatMap((domain) => privilegeClasses.map((privilege) => [loginRole(domain, privilege), known[domain]]))
    .map(([user, password]) => `"${String(user)}" "${String(password)}"\n`)
    .join('');
}

export async function startPgBouncer(): Promise<PgBouncer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'metatron-pgbouncer-'));
  const [usersFile, settingsFile] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  writeFileSync(usersFile, users(), { mode: 0o600 });
  writeFileSync(settingsFile, settings(port, usersFile));
  // Like PostgreSQL it refuses to run as root.
  const user = clusterUser();
  if (user !== undefined) for (const path of [folder, usersFile]) chownSync(path, user.uid, user.gid);
  const child = spawn('pgbouncer', [settingsFile], {
    ...user,
    env: { PATH: '/usr/sbin:/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilPrinted(child, /process up/, 10_000);
  return {
    port,
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
