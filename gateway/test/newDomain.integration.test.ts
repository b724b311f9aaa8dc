/** docs/new-domain.md is true: followed in a copy of the repository, it gives an eighth domain that is served. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { stopCluster } from '../../platform/src/database/embedded.ts';
import { ask, LOGIN, read, type SignedIn } from '../../platform/test/kit.ts';
import { eventually } from '../../platform/test/programs.ts';

import { addressOf, endAll, launch } from './launch.ts';
import { apply, blocksOf, commandsOf, copyRepository } from './newDomain.ts';

const page = readFileSync('docs/new-domain.md', 'utf8');
const blocks = blocksOf(page);
const matrix = 'platform/src/access/matrix.ts';

const copy = mkdtempSync(join(tmpdir(), 'metatron-new-domain-'));
const dataDirectory = join(copy, '.data');
const password = 'a password of the eighth domain';

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program of the copy to its end. */
const run = (...command: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: copy }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr });
    });
  });

/** Checks the types of some of the copy's files, and of all that they import. */
function typecheck(...include: string[]): Promise<Ended> {
  writeFileSync(join(copy, 'tsconfig.part.json'), JSON.stringify({ extends: './tsconfig.json', include }));
  return run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.part.json');
}

beforeAll(() => {
  // Root's PostgreSQL runs as another user, who must be able to pass through.
  chmodSync(copy, 0o711);
  copyRepository(copy);
}, 60_000);

afterAll(async () => {
  await endAll();
  await stopCluster(dataDirectory);
  rmSync(copy, { recursive: true, force: true });
});

describe('the page for a new domain', () => {
  test('without its rows in the matrix does not compile, and each missing row is named by its line', async () => {
    const [rows, others] = [true, false].map((own) => blocks.filter(({ file }) => (file === matrix) === own));
    for (const block of others ?? []) apply(copy, block);
    const { code, output } = await typecheck(matrix);
    expect(code).not.toBe(0);
    const lines = readFileSync(join(copy, matrix), 'utf8').split('\n');
    const missing = [...output.matchAll(/matrix\.ts\((\d+),\d+\): error .*Property 'support' is missing/g)];
    expect(missing.map(([, line]) => lines[Number(line) - 1]?.trim())).toEqual([
      'admin: {',
      'client: {',
      'export const services: Record<Domain, Record<Domain, ServiceRule>> = {',
    ]);
    for (const block of rows ?? []) apply(copy, block);
  }, 60_000);

  test('runs its commands, and its types fit', async () => {
    const [install, ...commands] = commandsOf(page);
    expect([install, commands.pop()]).toEqual(['npm install', 'npm start']);
    // What `npm install` does for a new workspace, without the registry; the bundled page is the repository's.
    symlinkSync('../../subgraphs/support', join(copy, 'node_modules/@metatron/support'));
    for (const command of ['platform/tools/prepare.ts clients schemas types', ...commands]) {
      const { code, output } = await run(...command.replace(/^npx node /, '').split(' '));
      expect({ command, code, output: code === 0 ? '' : output }).toEqual({ command, code: 0, output: '' });
    }
    const { output } = await typecheck(matrix, 'subgraphs/support', 'prisma/support');
    expect(output).toBe('');
  }, 120_000);
});

describe('the domain that the page makes', () => {
  let endpoint: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    const environment = { DATA_DIR: dataDirectory, DEMO: '1', DEMO_PASSWORD: password };
    endpoint = await addressOf(launch([join(copy, 'gateway/src/main.ts')], environment));
    for (const email of ['client@acme.example', 'client@globex.example', 'superadmin@metatron.example']) {
      const { login } = await read<{ login: SignedIn }>(LOGIN, { endpoint, variables: { input: { email, password } } });
      tokens[email.replace(/^client@|\..*|@.*/g, '')] = login.accessToken;
    }
  }, 90_000);

  const as = (who: string) => ({ endpoint, token: tokens[who] });
  const subjects = '{ edges { node { id subject status } } }';

  test('keeps a ticket for its own tenant, in its list and under the tenant, and closes it once', async () => {
    const { ticketCreate } = await read<{ ticketCreate: { ticket: { id: string } } }>(
      'mutation { ticketCreate(input: { subject: "The printer is on fire", priority: URGENT }) { ticket { id } userErrors { message } } }',
      as('acme'),
    );
    const { id } = ticketCreate.ticket;
    const node = { id, subject: 'The printer is on fire', status: 'OPEN' };
    const lists = `{ tickets ${subjects} me { tenant { tickets(filter: { priority: { eq: URGENT } }) ${subjects} } } }`;
    const own = await read<{ tickets: { edges: unknown[] }; me: object }>(lists, as('acme'));
    expect(own.tickets.edges[0]).toEqual({ node });
    expect(own.me).toEqual({ tenant: { tickets: { edges: [{ node }] } } });
    const foreign = await ask(
      `{ ticket(id: "${id}") { id } tickets ${subjects} me { tenant { tickets ${subjects} } } }`,
      as('globex'),
    );
    expect(foreign.data?.['ticket']).toBeNull();
    expect(foreign.text).toContain('The import stops half-way');
    expect(foreign.text).not.toContain(id);
    const close = `mutation { ticketClose(input: { id: "${id}" }) { ticket { status version } userErrors { code } } }`;
    expect(await read(close, as('globex'))).toEqual({
      ticketClose: { ticket: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
    expect(await read(close, as('acme'))).toEqual({
      ticketClose: { ticket: { status: 'CLOSED', version: 2 }, userErrors: [] },
    });
    expect(await read(close, as('acme'))).toEqual({
      ticketClose: { ticket: null, userErrors: [{ code: 'CONFLICT' }] },
    });
  });

  test('is refused to whoever is not signed in, and its audit entries reach cdx', async () => {
    const { errors } = await ask(`{ tickets ${subjects} }`, { endpoint });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    const trail =
      '{ auditLog(filter: { action: { in: ["ticketCreate", "ticketClose"] } }, first: 2) { edges { node { action tenantId } } } }';
    await eventually(async () => {
      expect(await read(trail, as('superadmin'))).toEqual({
        auditLog: { edges: ['ticketClose', 'ticketCreate'].map((action) => ({ node: { action, tenantId: 'acme' } })) },
      });
    }, 20_000);
  });
});
