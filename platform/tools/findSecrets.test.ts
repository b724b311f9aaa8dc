import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findSecrets, secretsIn } from './findSecrets.ts';

/** Put together here, so that this file holds none of them. */
const filler = (length: number) => 'aB3'.repeat(length).slice(0, length);
const secrets = {
  'a database URL': `DATABASE_URL=postgresql://owner:${filler(12)}@db.example.com/app?sslmode=require`,
  'a Redis URL without a user': `redis://:${filler(12)}@cache.example.com:6379`,
  'a Neon password': ['npg', filler(14)].join('_'),
  'a PEM key': ['-----BEGIN', 'PRIVATE KEY-----'].join(' '),
  'an RSA key': ['-----BEGIN', 'RSA', 'PRIVATE KEY-----'].join(' '),
  'a private JWK': `{"kty":"OKP","crv":"Ed25519","d":"${filler(43)}"}`,
  'a live secret key': ['sk', 'live', filler(24)].join('_'),
  'a publishable key': ['pk', filler(24)].join('_'),
  'an AWS key': `AKIA${'A2'.repeat(8)}`,
  'a GitHub token': ['ghp', filler(36)].join('_'),
  'an npm token': ['npm', filler(36)].join('_'),
  'a JWT': ['eyJhbGciOiJFZERTQSJ9', 'eyJzdWIiOiIxMjM0In0', filler(43)].join('.'),
  'a password in code': `const password = '${filler(24)}';`,
};

const harmless = [
  'postgresql://metatron@127.0.0.1:5432/crm',
  'postgresql://owner:<password>@host/crm',
  'postgresql://${user}:${password}@${host}/crm',
  'https://docs.example.com:8443/path?at=10:30@noon',
  'const password = readPasswords(directory).owner;',
  '"integrity": "sha512-aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3=="',
  'CONSTRAINT pk_customers_tenant_id PRIMARY KEY (tenant_id, id)',
  `const sample = '${secrets['a Neon password']}'; // not-a-secret`,
];

test.each(Object.entries(secrets))('%s is found', (_name, text) => {
  expect(secretsIn(`first line\n${text}\n`)).toMatchObject([{ line: 2 }]);
});

test.each(harmless)('%s is let through', (text) => {
  expect(secretsIn(text)).toEqual([]);
});

let repository: string;
const write = (file: string, text: string | Buffer) => {
  writeFileSync(join(repository, file), text);
};

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'find-secrets-'));
  execFileSync('git', ['init', '--quiet'], { cwd: repository });
  write('clean.ts', 'export const answer = 42;\n');
  write('picture.png', Buffer.from([0x89, 0x50, 0x00, 0x00]));
  write('.gitignore', '.env\n');
});

afterEach(() => {
  rmSync(repository, { recursive: true });
});

test('a clean tree passes, and what git ignores is not read', () => {
  write('.env', secrets['a database URL']);
  expect(findSecrets(repository)).toEqual([]);
});

test('a secret is named by file and line, not by its text, before and after it is added', () => {
  write('notes.md', `# Notes\n\n${secrets['a database URL']}\n`);
  const named = ['notes.md:3: a connection string with a password'];
  expect(findSecrets(repository)).toEqual(named);
  execFileSync('git', ['add', 'notes.md'], { cwd: repository });
  expect(findSecrets(repository)).toEqual(named);
});
