/**
 * Writes what installs a domain's capture into a migration, when the last one that has it is not what the
 * declaration says: `node prisma/capture/generate.ts [--into <migration>]`. `<migration>` is the name of
 * a migration that has not landed, such as the one that renames a captured column: the triggers then
 * change in the same transaction. With `--check` nothing is written, and it exits 1 instead.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { domains, type Domain } from '@metatron/platform/domains';

import { captures } from './index.ts';
import { CAPTURE_MARK, captureScript } from './migration.ts';

const directory = (domain: Domain): string => join(import.meta.dirname, '..', domain, 'migrations');
const file = (domain: Domain, name: string): string => join(directory(domain), name, 'migration.sql');

/** The generated part of the last migration that has one. */
function installed(domain: Domain): string | undefined {
  const scripts = (existsSync(directory(domain)) ? readdirSync(directory(domain)) : [])
    .toSorted()
    .map((name) => file(domain, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'));
  const script = scripts.findLast((text) => text.includes(CAPTURE_MARK));
  return script?.slice(script.indexOf(CAPTURE_MARK));
}

const now = (): string => new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);

function write(domain: Domain, into: string): void {
  const path = file(domain, into);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${existsSync(path) ? '\n' : ''}${captureScript(captures[domain])}`);
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, into: { type: 'string' } } });
const stale = domains.filter((domain) => installed(domain) !== captureScript(captures[domain]));
if (stale.length === 0) {
  process.stdout.write('The captures are installed as they are declared.\n');
} else if (values.check === true) {
  process.stderr.write(
    `The captures of ${stale.join(', ')} are not installed as they are declared.\n  Run: node prisma/capture/generate.ts\n`,
  );
  process.exitCode = 1;
} else {
  const into = values.into ?? `${now()}_capture`;
  for (const domain of stale) write(domain, into);
  process.stdout.write(`Written into ${into}: ${stale.join(', ')}\n`);
}
