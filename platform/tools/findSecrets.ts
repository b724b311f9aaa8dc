/**
 * Fails when a file that git has, or would take, holds what looks like a secret. What only looks like one
 * is marked on its line with `not-a-secret`.
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

interface Finding {
  line: number;
  kind: string;
}

const kinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a connection string with a password', /\b[a-z][a-z0-9+]*:\/\/[^\s:@/'"`]*:(?<value>[^\s@/'"`]+)@/giu],
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/gu],
  ['a private key', /"d"\s*:\s*"[\w-]{40,}"/gu],
  ['a database key', /\bnpg_[A-Za-z0-9]{8,}/gu],
  ['an API key', /\b[prs]k_(?:live_|test_)?(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}/gu],
  ['an API key', /\b(?:sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|whsec_[\w+/=]{20,}|SG\.[\w-]{20,}\.[\w-]{20,})/gu],
  [
    'an access token',
    /\b(?:gh[oprsu]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|xox[abprs]-[\w-]{10,})/gu,
  ],
  ['a signed token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/gu],
  [
    'a password or key in plain text',
    /(?:password|passwd|secret|token|api_?key)['"]?\s*[:=]\s*['"`](?=[^'"`]*[a-z])(?=[^'"`]*[A-Z])(?=[^'"`]*\d)[\w+/=!@#%^&*.-]{20,}['"`]/giu,
  ],
];

/** What stands in a connection string for a password that is put in later, or that documentation names. */
const placeholder = /^(?:\$.*|<.*>|\{.*\}|%s|\*+|\.\.\.|…|x+|password|pass|pw|secret)$/iu;

export function secretsIn(text: string): Finding[] {
  const lines = text.split('\n');
  return kinds
    .flatMap(([kind, pattern]) =>
      [...text.matchAll(pattern)]
        .filter(({ groups }) => !placeholder.test(groups?.['value'] ?? '?'))
        .map(({ index }) => ({ line: text.slice(0, index).split('\n').length, kind })),
    )
    .filter(({ line }) => !lines[line - 1]?.includes('not-a-secret'));
}

/** The files that git has and those it would take. */
export function filesOf(directory: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((file) => file !== '' && isFile(join(directory, file)));
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export function findSecrets(directory: string): string[] {
  return filesOf(directory).flatMap((file) => {
    const text = readFileSync(join(directory, file), 'utf8');
    if (text.includes('\0')) return [];
    return secretsIn(text).map(({ line, kind }) => `${file}:${line}: ${kind}`);
  });
}

if (import.meta.main) {
  const found = findSecrets(process.argv[2] ?? root);
  if (found.length > 0) {
    console.error(found.join('\n'));
    process.exitCode = 1;
  }
}
