/**
 * Writes the capture migrations from the declarations; with `--check` it writes nothing and exits 1
 * when one is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { domains, type Domain } from '@metatron/platform/domains';

import { captures } from './index.ts';
import { captureMigration } from './migration.ts';

const file = (domain: Domain): string =>
  join(import.meta.dirname, '..', domain, 'migrations', '20261123000200_capture', 'migration.sql');

const upToDate = (domain: Domain): boolean =>
  existsSync(file(domain)) && readFileSync(file(domain), 'utf8') === captureMigration(captures[domain]);

function write(domain: Domain): void {
  mkdirSync(dirname(file(domain)), { recursive: true });
  writeFileSync(file(domain), captureMigration(captures[domain]));
}

const stale = domains.filter((domain) => !upToDate(domain));
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    process.stderr.write(
      `The capture migrations of ${stale.join(', ')} are out of date.\n  Run: node prisma/capture/generate.ts\n`,
    );
    process.exitCode = 1;
  }
} else {
  stale.forEach(write);
  process.stdout.write(
    stale.length === 0 ? 'The capture migrations are up to date.\n' : `Written: ${stale.join(', ')}\n`,
  );
}
