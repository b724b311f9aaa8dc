/** Bundles GraphiQL into gateway/playground/dist: no CDN, hashed names, each Monaco worker a file of its own. */
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../../gateway/playground/', import.meta.url));
const publicPath = '/playground/';

const common = {
  absWorkingDir: here,
  outdir: 'dist',
  bundle: true,
  minify: true,
  metafile: true,
  publicPath,
  target: 'es2022',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
  logLevel: 'warning',
} satisfies BuildOptions;

/** graphiql/style.css has Monaco's styles and icon font already; esbuild would write them once more per chunk. */
const withoutMonacoStyles: Plugin = {
  name: 'without-monaco-styles',
  setup(building) {
    building.onLoad({ filter: /[/\\]monaco-editor[/\\].*\.css$/ }, () => ({ contents: '', loader: 'empty' }));
  },
};

/** Where the browser finds the bundle of `entry`. */
function address(metafile: Metafile, entry: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith(entry));
  if (!found) throw new Error(`esbuild made no bundle of ${entry}.`);
  return publicPath + basename(found[0]);
}

/** Its style sheet. */
function styleOf(metafile: Metafile, entry: string): string {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith(entry));
  if (!output?.cssBundle) throw new Error(`${entry} has no style sheet.`);
  return publicPath + basename(output.cssBundle);
}

await rm(`${here}dist`, { recursive: true, force: true });
await mkdir(`${here}dist`);

const workers = await build({
  ...common,
  format: 'iife',
  entryPoints: {
    editorWorker: 'monaco-editor/esm/vs/editor/editor.worker.js',
    jsonWorker: 'monaco-editor/esm/vs/language/json/json.worker.js',
    graphqlWorker: 'monaco-graphql/esm/graphql.worker.js',
  },
});
const main = await build({
  ...common,
  format: 'esm',
  splitting: true,
  jsx: 'automatic',
  entryPoints: ['main.tsx'],
  plugins: [withoutMonacoStyles],
  define: {
    ...common.define,
    WORKERS: JSON.stringify({
      editor: address(workers.metafile, 'editor.worker.js'),
      json: address(workers.metafile, 'json.worker.js'),
      graphql: address(workers.metafile, 'graphql.worker.js'),
    }),
  },
});

const page = await readFile(`${here}index.html`, 'utf8');
await writeFile(
  `${here}dist/index.html`,
  page.replace('%SCRIPT%', address(main.metafile, 'main.tsx')).replace('%STYLE%', styleOf(main.metafile, 'main.tsx')),
);
