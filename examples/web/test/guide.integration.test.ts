/** docs/frontend.md is true: its program runs, its GraphQL fits the schema, its TypeScript stands in the example. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  getVariableValues,
  OperationTypeNode,
  parse,
  validate,
  type GraphQLSchema,
  type IntrospectionQuery,
  type OperationDefinitionNode,
} from 'graphql';

import { ask, password, read, tokenOf, url } from '../../../platform/test/kit.ts';

interface Block {
  readonly language: string;
  /** What stands behind the language: a file, or the root field that the block needs. */
  readonly note: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const guide = readFileSync('docs/frontend.md', 'utf8');
const fences = [...guide.matchAll(/^```(\w+) ?([^\n]*)\n(.*?)^```$/gms)];
const blocks = fences.map(([, language = '', note = '', text = ''], index): Block => {
  const [, next, , json = ''] = fences[index + 1] ?? [];
  const variables = next === 'json' ? (JSON.parse(json) as Record<string, unknown>) : {};
  return { language, note, text, variables };
});
const of = (...languages: string[]): Block[] => blocks.filter(({ language }) => languages.includes(language));

/** An excerpt is indented as the page wants it. */
const flat = (code: string): string => code.replace(/\s+/g, ' ').trim();

let schema: GraphQLSchema;
/** A block that needs a mutation which is not there yet waits for it. */
const isDue = ({ note }: Block): boolean => {
  const needed = /^needs=(\w+)$/.exec(note)?.[1];
  return needed === undefined || needed in (schema.getMutationType()?.getFields() ?? {});
};

beforeAll(async () => {
  const token = await tokenOf('superadmin');
  schema = buildClientSchema(await read<IntrospectionQuery>(getIntrospectionQuery(), { token }));
});

const codesOf = (heading: string): string[] => {
  const table = guide.slice(guide.indexOf(heading)).split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code = '']) => code).sort();
};

describe('the guide for frontends', () => {
  test('has GraphQL that fits the schema, with variables that fit it, and queries that are answered', async () => {
    const operations = of('graphql').filter(isDue);
    expect(operations.length).toBeGreaterThan(1);
    for (const { text, variables } of operations) {
      const document = parse(text);
      expect(validate(schema, document)).toEqual([]);
      const operation = document.definitions[0] as OperationDefinitionNode;
      const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      expect(errors).toBeUndefined();
      if (operation.operation !== OperationTypeNode.QUERY) continue;
      const answer = await ask(text, { token: await tokenOf('acme'), variables });
      expect(answer.errors).toBeUndefined();
    }
  });

  test('has a program that does what its text says', async () => {
    const due = of('js').filter(isDue);
    const needs = (field: string): boolean => due.some(({ note }) => note === `needs=${field}`);
    const results = ['rows', 'faults', 'created', 'again', 'moved', 'stale'];
    if (needs('mediaFileCreate')) results.push('mediaFileCreate');
    if (needs('eventsIngest')) results.push('events');
    const program = [
      `const password = ${JSON.stringify(password)};`,
      ...due.map(({ text }) => text.replace('http://127.0.0.1:4000', url)),
      `console.log(JSON.stringify({ ${results.join(', ')} }));`,
    ].join('\n');
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: { NODE_OPTIONS: '' },
    });
    const { rows, ...answers } = JSON.parse(stdout) as { rows: { id: string }[]; created: object };
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(answers).toMatchObject({
      faults: expect.arrayContaining(['title', 'value.amount']),
      created: { lead: { id: expect.any(String) } },
      again: answers.created,
      moved: { lead: { stage: 'qualified' }, userErrors: [] },
      stale: { lead: null, userErrors: [{ code: 'CONFLICT' }] },
      ...(needs('mediaFileCreate') ? { mediaFileCreate: { mediaFile: { url: expect.any(String) } } } : {}),
      ...(needs('eventsIngest') ? { events: { eventsIngest: { results: [{ accepted: true }] } } } : {}),
    });
  });

  test('has TypeScript that stands in the example, word for word', () => {
    const excerpts = of('ts', 'tsx');
    expect(excerpts.length).toBeGreaterThan(5);
    for (const { note, text } of excerpts) expect(flat(readFileSync(note, 'utf8'))).toContain(flat(text));
  });

  test('lists every code that an error can have', () => {
    const source = readFileSync('platform/src/errors.ts', 'utf8');
    const union = /export type ErrorCode =(.*?);/s.exec(source)?.[1] ?? '';
    expect(codesOf('| code ')).toEqual([...union.matchAll(/[A-Z_]+/g)].map(([code]) => code).sort());
    const userErrorCode = schema.getType('UserErrorCode') as unknown as { getValues(): { name: string }[] };
    expect(codesOf('| `userErrors.code`')).toEqual(
      userErrorCode
        .getValues()
        .map(({ name }) => name)
        .sort(),
    );
  });
});
