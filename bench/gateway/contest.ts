/** The contenders of the nested query, each in a process of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

import { openKeyRing } from '@metatron/platform/tokens';
import { v7 as uuidv7 } from 'uuid';

import { bearer, startContender, type Authorize, type Contender } from './contenders.ts';
import { keysBeside } from './four/foreign.ts';
import { NESTED } from './four/queries.ts';
import type { Four } from './four/startFour.ts';

export const BODY = JSON.stringify({ query: NESTED });

const ANSWER_FILE = 'answer.json';

/** Each with the parameters of its process beside the supergraph; `apolloServer` gives the answer that it was given. */
const CONTENDERS = {
  ideal: ['ideal.ts'],
  apolloServer: ['vanilla.ts', ANSWER_FILE],
  vanilla: ['vanilla.ts'],
  hive: ['hive/hive.ts', 'default'],
  hiveRust: ['hive/hive.ts', 'rust'],
  ours: ['ours.ts', 'passing'],
  oursSigning: ['ours.ts', 'signing'],
} as const;

export type Name = keyof typeof CONTENDERS;
export const names = Object.keys(CONTENDERS) as readonly Name[];
export type Contest = Readonly<Record<Name, Contender>>;

const hiveFolder = join(import.meta.dirname, 'hive');

/** When it is first measured: nothing else of the project needs it. */
function installHive(): void {
  if (existsSync(join(hiveFolder, 'node_modules'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: hiveFolder, stdio: 'inherit' });
}

const TOKENS = 20_000;

/** Tokens as people have them, each of a session of its own. */
async function signTokens(keysFile: string): Promise<Authorize> {
  const keys = await openKeyRing(keysFile);
  const sign = async (): Promise<string> => {
    const identity = {
      kind: 'user',
      role: 'client',
      userId: uuidv7(),
      tenantId: 'bench',
      sessionId: uuidv7(),
    } as const;
    return (await keys.signAccess({ identity, rightsVersion: 1 })).token;
  };
  const tokens = await Promise.all(Array.from({ length: TOKENS }, sign));
  return (request) => `Bearer ${tokens[request % TOKENS] ?? ''}`;
}

/** Starts one of them: as it is here, or in another working copy of the project. */
export type Start = (name: Name, folder?: string, flags?: readonly string[]) => Promise<Contender>;

/** What is needed to start contenders over the same subgraphs. */
export async function openArena({ supergraphFile }: Four): Promise<Start> {
  const signed = await signTokens(keysBeside(supergraphFile));
  return (name, folder = join(import.meta.dirname, '..', '..'), flags = []) => {
    const [file, ...parameters] = CONTENDERS[name];
    const authorize = name === 'oursSigning' ? signed : bearer;
    const url = pathToFileURL(join(folder, 'bench', 'gateway', file));
    return startContender(url, { parameters: [supergraphFile, ...parameters], authorize, flags });
  };
}

/** Starts them all over the same subgraphs. */
export async function startContest(four: Four): Promise<Contest> {
  installHive();
  const start = await openArena(four);
  const ideal = await start('ideal');
  writeFileSync(join(four.folder, ANSWER_FILE), JSON.stringify(await ideal.answer(BODY)));
  const others = names.filter((name) => name !== 'ideal').map(async (name) => [name, await start(name)] as const);
  return { ...Object.fromEntries(await Promise.all(others)), ideal } as Contest;
}

/**
 * Before anything is timed: all give the same answer, in whatever order its keys are.
 * @returns how often each of them asks subgraphs for one request
 * @throws when one answers otherwise
 */
export async function compareAnswers(contest: Contest, four: Four): Promise<Readonly<Record<Name, number>>> {
  const expected = await contest.ideal.answer(BODY);
  const fetches: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const before = await four.ask('fetches');
    const answer = await contest[name].answer(BODY);
    fetches[name] = (await four.ask('fetches')) - before;
    if (!isDeepStrictEqual(answer, expected))
      throw new Error(`${name} answers otherwise than ideal: ${JSON.stringify(answer).slice(0, 500)}`);
  }
  return fetches as Record<Name, number>;
}
