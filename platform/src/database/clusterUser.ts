/** The system user that the embedded PostgreSQL runs as, and how its programs are run. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { StartupError } from '../errors.ts';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

function lookUpUser(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** PostgreSQL refuses to run as root, so root lends it another user's name; others run it as they are. */
export function clusterUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUpUser('postgres') ?? lookUpUser('metatron');
  if (known !== undefined) return known;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'metatron']);
  const user = lookUpUser('metatron') ?? lookUpUser('nobody');
  if (user === undefined)
    throw new StartupError(
      'PostgreSQL cannot run as root, and no other user was found.',
      'Start as a user that is not root.',
    );
  return user;
}

/** @throws StartupError when the user cannot pass through a path. */
export function assertPassable(paths: readonly string[], user: SystemUser | undefined): void {
  if (user === undefined) return;
  for (const path of paths) {
    const probe = spawnSync('test', ['-x', path], { uid: user.uid, gid: user.gid });
    if (probe.status !== 0) {
      throw new StartupError(
        `PostgreSQL cannot run as root, and its user (uid ${String(user.uid)}) cannot reach ${path}.`,
        'Start as a user that is not root, or move the project and DATA_DIR out of the superuser’s home (for example to /srv).',
      );
    }
  }
}

/**
 * Runs a program to its end, in a session of its own: a Ctrl-C of the terminal does not reach it.
 * @throws Error with what it printed when it fails.
 */
export function runAs(command: string, parameters: readonly string[], user: SystemUser | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      ...user,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    // Not 'close': the server that pg_ctl leaves behind may hold the pipes open.
    child.on('exit', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(output.trim() || `${command} ended with ${String(code)}`));
    });
  });
}
