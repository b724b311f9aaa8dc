/**
 * Makes what git ignores: the Prisma clients, the GraphiQL page, the expanded schemas and their types,
 * and the public schema with the types of the example's operations.
 * `npm ci` runs it; by hand: `npm run prepare`, or `npm run prepare -- clients` for one part.
 */
import { domains } from '../src/domains.ts';
import { inParallel, run } from './run.ts';
import type { Task } from './run.ts';

const clients: Task[] = domains.map((domain) => ({
  name: `the Prisma client of ${domain}`,
  command: ['node', 'node_modules/prisma/build/index.js', 'generate', '--schema', `prisma/${domain}/schema.prisma`],
}));
const page: Task[] = [{ name: 'the GraphiQL page', command: ['node', 'platform/tools/bundlePlayground.ts'] }];
const schemas: Task[] = [
  { name: 'the expanded schemas', command: ['node', 'platform/tools/expandSchemas.ts'] },
  { name: 'the public schema', command: ['node', 'gateway/src/composeSupergraph.ts', '--api'] },
];
const types: Task[] = [
  {
    name: 'the types of the schemas and of the operations on them',
    command: ['node', 'node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.yml'],
  },
];

/** Stages run one after another; what stands in one stage, two at a time. */
const stages: Record<string, Task[]> = { page, clients, schemas, types };
const order = [['page', 'clients', 'schemas'], ['types']];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`prepare: no part is called ${unknown.join(', ')}; there are: ${Object.keys(stages).join(', ')}`);
  process.exit(1);
}

const failures: string[] = [];
for (const stage of order) {
  if (failures.length > 0) break;
  const tasks = stage
    .filter((name) => asked.length === 0 || asked.includes(name))
    .flatMap((name) => stages[name] ?? []);
  await inParallel(tasks, 2, async (task) => {
    const { code, output } = await run(task);
    if (code !== 0) failures.push(`prepare: ${task.name} failed (${task.command.join(' ')}):\n${output.trim()}`);
  });
}
if (failures.length > 0) {
  console.error(failures.join('\n\n'));
  process.exit(1);
}
