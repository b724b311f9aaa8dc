/** `npm run check`: every check of the repository, or those named (`npm run check -- lint types`). */
import { inParallel, run } from './run.ts';
import type { Task } from './run.ts';

interface Check extends Task {
  cure: string;
}

const turbo = (task: string): Task['command'] => [
  'node',
  'node_modules/turbo/bin/turbo',
  'run',
  `//#${task}`,
  '--output-logs=errors-only',
  '--log-prefix=none',
];

/** Made again before anything looks at them: a check never judges yesterday's clients and types. */
const generated: Check = {
  name: 'generated',
  command: ['node', 'platform/tools/prepare.ts', 'clients', 'schemas', 'types'],
  cure: 'mend what is named above (a schema.prisma, a schema.graphql or a mappers.ts), then: npm run prepare',
};

/** The longest first, two at a time. */
const checks: Check[] = [
  {
    name: 'lint',
    command: turbo('lint'),
    cure: 'npx eslint . --fix, and mend by hand what it leaves',
  },
  {
    name: 'types',
    command: turbo('typecheck'),
    cure: 'mend the types named above; npm run typecheck shows them again',
  },
  {
    name: 'deadcode',
    command: ['node', 'node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
    cure: 'use, stop exporting or delete what is named above; knip.json says where the entries are',
  },
  {
    name: 'format',
    command: ['node', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
    cure: 'npx prettier --write .',
  },
  {
    name: 'supergraph',
    command: ['node', 'gateway/src/composeSupergraph.ts', '--check'],
    cure: 'node gateway/src/composeSupergraph.ts, and commit gateway/supergraph.graphql',
  },
  {
    name: 'breaking',
    command: ['node', 'gateway/src/checkBreakingChanges.ts'],
    cure: 'keep what is named above, deprecated; or acknowledge it in gateway/breakingChanges.json: {"Type.field": "the reason"}',
  },
  {
    name: 'capture',
    command: ['node', 'prisma/capture/generate.ts', '--check'],
    cure: 'node prisma/capture/generate.ts makes the triggers of the declarations; a landed migration is not changed but followed by another',
  },
  {
    name: 'versions',
    command: ['node', 'node_modules/syncpack/index.cjs', 'lint'],
    cure: 'npx syncpack fix, then npm install',
  },
  {
    name: 'secrets',
    command: ['node', 'platform/tools/findSecrets.ts'],
    cure: 'take the secret out and, if it was ever pushed, replace it; what only looks like one: not-a-secret on its line',
  },
  {
    name: 'installscripts',
    command: ['node', 'platform/tools/findInstallScripts.ts'],
    cure: 'name the package in allowScripts of package.json: false, unless it does not work without (npm help install-scripts)',
  },
];

const asked = process.argv.slice(2);
const chosen = (list: Check[]) => list.filter(({ name }) => asked.length === 0 || asked.includes(name));
const unknown = asked.filter((name) => ![generated, ...checks].some((check) => check.name === name));
if (unknown.length > 0) {
  const names = [generated, ...checks].map(({ name }) => name).join(', ');
  console.error(`check: nothing is called ${unknown.join(', ')}; there are: ${names}`);
  process.exit(1);
}

const failures: string[] = [];
for (const stage of [chosen([generated]), chosen(checks)]) {
  await inParallel(stage, 2, async (check) => {
    const { code, output, seconds } = await run(check);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds.toFixed(1)} s)`);
    if (code !== 0) failures.push(`\n── ${check.name}\n${output.trim()}\n→ ${check.name}: ${check.cure}`);
  });
}
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exitCode = 1;
}
