/** Every field of the composed schema, asked for by every row of the matrix, by a real operation. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exceptions, people, type Person } from '@metatron/platform/access/matrix';
import { publishedFields } from '@metatron/platform/access/published';
import { domains, type Domain } from '@metatron/platform/domains';
import { readSchema, VALUE_TYPES } from '@metatron/platform/sdl/files';
import {
  buildClientSchema,
  getIntrospectionQuery,
  Kind,
  type GraphQLObjectType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';

import { ask, closeSql, read, signIn, sql, type Account, type Answer } from '../../platform/test/kit.ts';

import { Operations, type Way } from './operations.ts';
import { readSamples } from './samples.ts';

interface Asking {
  readonly person: Person;
  readonly account?: Account;
  readonly headers?: Readonly<Record<string, string>>;
}

const CALLERS: readonly Asking[] = [
  { person: 'superadmin', account: 'superadmin' },
  { person: 'admin', account: 'admin' },
  { person: 'client', account: 'acme' },
  { person: 'key', headers: { 'x-tenant-key': 'pk_demo_acme_publishable' } },
  { person: 'anonymous' },
];

const isStaff = ({ person }: Asking): boolean => person === 'superadmin' || person === 'admin';

/** What is null while the audit log is sound, or nothing of it is signed yet. */
const SELDOM: ReadonlySet<string> = new Set(['AuditBreak', 'AuditCheckpoint']);

/** Operations at once; the machine has two cores. */
const AT_ONCE = 4;

/** Which subgraphs define a field for themselves, from their own schemas. */
function definers(): ReadonlyMap<string, readonly Domain[]> {
  const found = domains.flatMap((domain) =>
    readSchema(domain).document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
      return (definition.fields ?? [])
        .filter(({ directives }) => directives?.some(({ name }) => name.value === 'external') !== true)
        .map((field) => [`${definition.name.value}.${field.name.value}`, domain] as const);
    }),
  );
  const grouped = Map.groupBy(found, ([coordinate]) => coordinate);
  return new Map([...grouped].map(([coordinate, pairs]) => [coordinate, pairs.map(([, domain]) => domain)]));
}

const owners = definers();

/** The matrix read once more, as simply as it can be: a third reading beside the gateway's and the subgraphs'. */
function isOpen(person: Person, coordinate: string): boolean {
  const [type = '', field = ''] = coordinate.split('.');
  const rule = exceptions[coordinate] ?? exceptions[`${type}.*`];
  if (rule !== undefined) return rule.allow.includes(person);
  const [owner, ...others] = owners.get(coordinate) ?? [];
  if (owner === undefined) throw new Error(`${coordinate} is defined by no subgraph`);
  if (VALUE_TYPES.has(type) || (others.length > 0 && field === 'id')) return true;
  const scope = people[person][owner][type === 'Mutation' ? 'write' : 'read'];
  if (scope === 'published') return publishedFields[owner]?.[type]?.includes(field) === true;
  return scope !== 'none';
}

const RUN = randomUUID();
let schema: GraphQLSchema;
let samples: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { accessToken: token } = await signIn('superadmin');
  const introspection = await read<IntrospectionQuery>(getIntrospectionQuery(), { token });
  schema = buildClientSchema(introspection);
  samples = await readSamples();
  // A run that no worker ends: its one tenant is not due.
  await sql(
    'cdx',
    `WITH run AS (INSERT INTO sync_runs (id, source, kind, status, tenants, started_at)
       SELECT $1::uuid, 'notifications', 'rebuild', 'running', 1, now() RETURNING id)
     INSERT INTO sync_loads (source, tenant_id, kind, run_id, is_behind, not_before)
     SELECT 'notifications', 'coordinates', 'rebuild', id, false, 'infinity' FROM run`,
    [RUN],
  );
});

afterAll(async () => {
  await sql('cdx', 'DELETE FROM sync_loads WHERE run_id = $1::uuid', [RUN]);
  await sql('cdx', 'DELETE FROM sync_runs WHERE id = $1::uuid', [RUN]);
  await closeSql();
});

/** The refusals of an answer, by the names on their paths. */
function refusals({ errors }: Answer): string[] {
  const denied = (errors ?? []).filter(
    ({ extensions: { code } }) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED',
  );
  return denied.map(({ path }) => (path ?? []).filter((step) => typeof step === 'string').join('.')).sort();
}

/** Whether a value stands at the end of a path, through the items of lists. */
function stands(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some((item) => stands(item, step === undefined ? [] : [step, ...rest]));
  return step === undefined || stands((value as Record<string, unknown>)[step], rest);
}

interface Found {
  readonly wrong: readonly object[];
  readonly asked: number;
  readonly refused: number;
}

/** One operation for a type, as one caller: what it refused against what it had to. */
async function askFor(
  type: GraphQLObjectType,
  fields: readonly string[],
  { way, query }: { readonly way: Way; readonly query: string },
  { person, account, headers = {} }: Asking,
): Promise<Found> {
  const token = account === undefined ? undefined : await tokenFor(account, query);
  const answer = await ask(query, { token, headers });
  const blocked = way.steps.findIndex(({ coordinate }) => !isOpen(person, coordinate));
  const names = way.steps.map(({ name }) => name);
  const denied = fields.filter((field) => !isOpen(person, `${type.name}.${field}`));
  const expected =
    blocked === -1 ? denied.map((field) => [...names, field].join('.')) : [names.slice(0, blocked + 1).join('.')];
  const leaked = expected.filter((path) => stands(answer.data, path.split('.')));
  const isShown = blocked === -1 && names.length > 0 && way.root === 'query' && !SELDOM.has(type.name);
  const isUnseen = isShown && !stands(answer.data, names);
  const found = refusals(answer);
  const isRight = leaked.length === 0 && JSON.stringify(found) === JSON.stringify(expected.sort());
  const isBroken =
    answer.status !== 200 ||
    answer.data === undefined ||
    answer.errors?.some(({ extensions: { code } }) => code === 'INTERNAL_SERVER_ERROR') === true;
  return {
    wrong:
      isRight && !isUnseen && !isBroken
        ? []
        : [{ query, expected, found, leaked, isUnseen, text: answer.text.slice(0, 300) }],
    asked: fields.length,
    refused: expected.length,
  };
}

const kept = new Map<Account, Promise<{ readonly accessToken: string }>>();

/** One sign-in a caller, and another where it is ended. */
async function tokenFor(account: Account, query: string): Promise<string> {
  if (query.includes('logout')) return (await signIn(account)).accessToken;
  const known = kept.get(account) ?? signIn(account);
  kept.set(account, known);
  return (await known).accessToken;
}

/** All operations of a caller: a type at a time, but for mutations, which are asked one by one. */
function plan(asking: Asking): (() => Promise<Found>)[] {
  const operations = new Operations(schema, samples, isStaff(asking));
  const open = operations.ways((coordinate) => isOpen(asking.person, coordinate));
  const any = operations.ways(() => true);
  return operations.types.flatMap((type) => {
    const way = open.get(type.name) ?? any.get(type.name);
    if (way === undefined) throw new Error(`no way leads to ${type.name}`);
    const fields = Object.keys(type.getFields());
    const groups = type.name === 'Mutation' ? fields.map((field) => [field]) : [fields];
    return groups.map((group) => () => askFor(type, group, { way, query: operations.write(way, type, group) }, asking));
  });
}

async function runAll(tasks: (() => Promise<Found>)[]): Promise<Found[]> {
  const found: Found[] = [];
  const work = async (): Promise<void> => {
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) found.push(await task());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

describe('every field of the schema', () => {
  test.each(CALLERS)(
    'threat 7: answers or refuses $person as the matrix says',
    async (asking) => {
      const found = await runAll(plan(asking));
      const total = (of: 'asked' | 'refused') => found.reduce((sum, one) => sum + one[of], 0);
      expect(found.flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(total('asked')).toBeGreaterThan(1_000);
      if (asking.person !== 'superadmin') expect(total('refused')).toBeGreaterThan(50);
    },
    120_000,
  );
});
