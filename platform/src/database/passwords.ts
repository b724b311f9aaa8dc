import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { services, type Service } from '../domains.ts';
import type { Environment } from '../env.ts';

export type Passwords = Readonly<Record<Service, string>>;

/**
 * The services' database passwords: from the environment, else from `DATA_DIR/passwords.json`
 * (mode 0600), where those that are missing are made at the first start.
 */
export function readPasswords({ dataDirectory, passwords }: Environment): Passwords {
  const file = join(dataDirectory, 'passwords.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Passwords>) : {};
  const made = services.filter((service) => passwords[service] === undefined && kept[service] === undefined);
  const all = { ...kept };
  for (const service of made) all[service] = randomBytes(24).toString('base64url');
  if (made.length > 0) {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  }
  return Object.fromEntries(
    services.map((service) => [service, passwords[service] ?? all[service] ?? '']),
  ) as Passwords;
}
