import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startCluster, stopCluster } from '../../platform/src/database/embedded.ts';
import { ask, LOGIN, read, type SignedIn } from '../../platform/test/kit.ts';
import { eventually, isRunning, untilGone } from '../../platform/test/programs.ts';

import { addressOf, endAll, launch, launchPlatform, postgresPid, START_MS, type Launched } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-start-'));
// Root's PostgreSQL runs as another user, who must be able to pass through.
chmodSync(folder, 0o711);
const dataDirectory = join(folder, 'data');
const password = 'a password of the start test';
const environment = { DATA_DIR: dataDirectory, DEMO_PASSWORD: password };
const withoutDemo = { DATA_DIR: dataDirectory, DEMO: '0' };

async function tokenAt(endpoint: string): Promise<string> {
  const input = { email: 'client@acme.example', password };
  const { login } = await read<{ login: SignedIn }>(LOGIN, { endpoint, variables: { input } });
  return login.accessToken;
}

async function expectPostgresStopped(pid: number | undefined): Promise<void> {
  await untilGone(pid ?? 0, 5_000);
  expect(postgresPid(dataDirectory)).toBeUndefined();
}

/** Sends half a request, does something, sends the rest: the whole answer as text. */
async function askInHalves(endpoint: string, between: () => Promise<void>): Promise<string> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  const answer = text(socket);
  const head = ['POST /graphql HTTP/1.1', 'host: test', 'content-type: application/json', 'connection: close'];
  socket.write(`${head.join('\r\n')}\r\ncontent-length: ${String(body.length)}\r\n\r\n${body.slice(0, 5)}`);
  await sleep(200);
  await between();
  socket.write(body.slice(5));
  return answer;
}

afterAll(async () => {
  await endAll();
  await stopCluster(dataDirectory);
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  let program: Launched;
  let endpoint: string;

  beforeAll(async () => {
    program = launchPlatform(environment);
    endpoint = await addressOf(program);
  }, START_MS);

  test('prints its address, the accounts and how to stop, and then answers', async () => {
    expect(program.output()).toContain('superadmin@metatron.example');
    expect(program.output()).toContain('Ctrl-C stops everything');
    const ready = await fetch(`${endpoint}/ready`);
    expect(ready.status).toBe(200);
    expect((await ask('{ __typename }', { endpoint })).status).toBe(200);
  });

  test('refuses a DATA_DIR that another running program keeps, and leaves that one alone', async () => {
    const second = launchPlatform(environment);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`${dataDirectory} is in use by process ${String(program.pid)}.`);
    expect((await fetch(`${endpoint}/ready`)).status).toBe(200);
  });

  test(
    'SIGTERM lets a request under way finish, a second signal too, then stops everything',
    async () => {
      const token = await tokenAt(endpoint);
      const input = { title: 'Kept over a restart' };
      const created = await read<{ leadCreate: { lead: { id: string } | null } }>(
        'mutation Create($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id } userErrors { message } } }',
        { endpoint, token, variables: { input } },
      );
      expect(created.leadCreate.lead).not.toBeNull();
      const postgres = postgresPid(dataDirectory);
      const answer = await askInHalves(endpoint, async () => {
        program.child.kill('SIGTERM');
        await sleep(100);
        program.child.kill('SIGTERM');
        program.child.kill('SIGINT');
        await sleep(200);
      });
      expect(answer).toContain('{"data":{"__typename":"Query"}}');
      expect(await program.ended).toBe(0);
      await expectPostgresStopped(postgres);
    },
    START_MS,
  );

  test(
    'a second start has the data of the first',
    async () => {
      program = launchPlatform(environment);
      endpoint = await addressOf(program);
      const query =
        '{ leads(first: 1, filter: { title: { eq: "Kept over a restart" } }) { edges { node { title } } } }';
      const { leads } = await read<{ leads: { edges: readonly object[] } }>(query, {
        endpoint,
        token: await tokenAt(endpoint),
      });
      expect(leads.edges).toEqual([{ node: { title: 'Kept over a restart' } }]);
    },
    START_MS,
  );

  test(
    'takes over the PostgreSQL of a program that was killed; Ctrl-C then stops it',
    async () => {
      const postgres = postgresPid(dataDirectory);
      program.child.kill('SIGKILL');
      await program.ended;
      expect(isRunning(postgres ?? 0)).toBe(true);
      program = launchPlatform(withoutDemo);
      endpoint = await addressOf(program);
      expect(postgresPid(dataDirectory)).toBe(postgres);
      expect(program.output()).toContain('npm run admin:create');
      program.child.kill('SIGINT');
      expect(await program.ended).toBe(0);
      await expectPostgresStopped(postgres);
    },
    START_MS,
  );

  test(
    'a signal during the start leaves nothing behind',
    async () => {
      const interrupted = launchPlatform(withoutDemo);
      await eventually(() => {
        expect(postgresPid(dataDirectory)).toBeDefined();
        return Promise.resolve();
      }, START_MS);
      const postgres = postgresPid(dataDirectory);
      interrupted.child.kill('SIGINT');
      expect(await interrupted.ended).toBe(0);
      await expectPostgresStopped(postgres);
    },
    START_MS,
  );
});

describe('npm start that cannot run', () => {
  test(
    'ends with 1 on a port that is taken, and stops PostgreSQL again',
    async () => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
      const { port } = holder.address() as AddressInfo;
      const program = launchPlatform({ ...withoutDemo, PORT: String(port) });
      const code = await program.ended;
      holder.close();
      expect(code).toBe(1);
      expect(program.output()).toContain(`Port ${String(port)} on 127.0.0.1 is in use.`);
      expect(program.output()).not.toContain('    at ');
      expect(postgresPid(dataDirectory)).toBeUndefined();
    },
    START_MS,
  );

  test('names every fault of the environment at once, and no value', async () => {
    const program = launchPlatform({
      DATA_DIR: join(folder, 'never'),
      PORT: 'eighty',
      DEMO_PASSWORD: 'tiny',
      LOG_LEVEL: 'loud',
      DATABASE_URL_CRM: 'postgresql://crm:hidden-word@127.0.0.1/crm', // not-a-secret
      DATABASE_PASSWORD_AUTH: 'hidden',
    });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('The environment has 5 fault(s):');
    for (const name of ['PORT', 'DEMO_PASSWORD', 'LOG_LEVEL', 'DATABASE_URL_CRM', 'DATABASE_PASSWORD_AUTH'])
      expect(program.output()).toContain(`  ${name} `);
    expect(program.output()).not.toMatch(/hidden|tiny|eighty/);
  });

  test(
    'ends with 1 and the reason when a configured database cannot be reached',
    async () => {
      const program = launchPlatform({ ...withoutDemo, DATABASE_URL_CRM: 'postgresql://127.0.0.1:1/crm' });
      expect(await program.ended).toBe(1);
      expect(program.output()).toContain('The crm database does not answer: connect ECONNREFUSED');
      expect(program.output()).not.toContain('    at ');
      expect(postgresPid(dataDirectory)).toBeUndefined();
    },
    START_MS,
  );

  test('start:service ends with 1 when no database is there, and starts none', async () => {
    const program = launch(['gateway/src/service.ts', 'crm'], { DATA_DIR: dataDirectory });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/There is no database for \w+\.\n.*npm run start:database/);
    expect(postgresPid(dataDirectory)).toBeUndefined();
  });
});

describe('the embedded cluster', () => {
  test('refuses a half-made folder, and says what to do', async () => {
    const half = join(folder, 'half');
    mkdirSync(join(half, 'postgres'), { recursive: true });
    await expect(startCluster(half)).rejects.toThrow(/not a whole PostgreSQL cluster\.\n {2}Move it away/);
  });

  test('refuses a cluster whose password is lost, and says what to do', async () => {
    const lost = join(folder, 'lost');
    mkdirSync(join(lost, 'postgres'), { recursive: true });
    writeFileSync(join(lost, 'postgres', 'PG_VERSION'), '17\n');
    await expect(startCluster(lost)).rejects.toThrow(/postgres-superuser with its password is missing\.\n {2}Restore/);
  });

  test('refuses a DATA_DIR that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(startCluster(file)).rejects.toThrow(`DATA_DIR ${file} cannot be used`);
  });
});
