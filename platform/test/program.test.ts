/** What a program outlives, and what it does not. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, test } from '@jest/globals';

const program = new URL('../src/program.ts', import.meta.url).href;

/** Runs a program in a process of its own. @returns what it prints. */
async function run(body: string): Promise<string> {
  const text = `
    import { runProgram } from '${program}';
    import { buildSchema, execute, parse } from 'graphql';
    await runProgram(async () => { ${body} });
    console.log('it goes on');`;
  const options = { cwd: import.meta.dirname };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', text], options);
  return stdout;
}

describe('a program', () => {
  test('outlives a list whose later item fails at once, and an earlier one after it', async () => {
    const printed = await run(`
      const schema = buildSchema('type Query { items: [Item!] } type Item { name: String! }');
      const items = [{ name: () => new Promise((_, reject) => setTimeout(reject, 5, new Error('later'))) }, {
        name: () => { throw new Error('at once'); },
      }];
      const { data, errors } = await execute({ schema, document: parse('{ items { name } }'), rootValue: { items } });
      console.log(JSON.stringify(data), errors.length);
      await new Promise((resolve) => setTimeout(resolve, 50));`);
    expect(printed).toBe('{"items":null} 1\nit goes on\n');
  });

  test('ends when anything else fails unheard', async () => {
    const unheard = "void Promise.reject(new Error('nobody hears me')); await new Promise((go) => setTimeout(go, 50));";
    await expect(run(unheard)).rejects.toThrow('nobody hears me');
  });
});
