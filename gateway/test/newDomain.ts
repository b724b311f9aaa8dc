/** A copy of the repository, and what docs/new-domain.md does to one. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { filesOf } from '../../platform/tools/findSecrets.ts';
import { root } from '../../platform/tools/run.ts';

/** A block of the page that is to become, or to change, a file. */
export interface Block {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

/** The fenced blocks of a page that name a file, in their order. */
export function blocksOf(page: string): Block[] {
  const fences = page.matchAll(/^```(\w+) file=(\S+)\n(.*?)^```$/gms);
  return [...fences].map(([, language = '', file = '', text = '']) => ({ language, file, text }));
}

/** The commands of the page's last program, a line each. */
export function commandsOf(page: string): string[] {
  const [, program = ''] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].at(-1) ?? [];
  return program.trim().split('\n');
}

/** The text with a diff's change; the lines around it must be there, once. */
function changed(text: string, { file, text: diff }: Block): string {
  return diff.split('@@\n').reduce((now, part) => {
    const without = (mark: string): string =>
      part.replaceAll(new RegExp(`^\\${mark}.*\n`, 'gm'), '').replaceAll(/^./gm, '');
    const before = `\n${without('+')}`;
    const found = now.split(before);
    if (found.length !== 2) throw new Error(`${file} has ${String(found.length - 1)} places like:${before}`);
    return found.join(`\n${without('-')}`);
  }, text);
}

/** Does to a copy what a block says. */
export function apply(copy: string, block: Block): void {
  const path = join(copy, block.file);
  if (existsSync(path) !== (block.language === 'diff'))
    throw new Error(`${block.file} is there, or is not, unlike the page says`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block.language === 'diff' ? changed(readFileSync(path, 'utf8'), block) : block.text);
}

/** The packages are the repository's own; what is of the project itself is the copy's. */
function linkPackages(copy: string): void {
  const packages = join(root, 'node_modules');
  const scope = join(copy, 'node_modules', '@metatron');
  mkdirSync(scope, { recursive: true });
  for (const name of readdirSync(packages).filter((entry) => entry !== '@metatron')) {
    symlinkSync(join(packages, name), join(copy, 'node_modules', name));
  }
  for (const name of readdirSync(join(packages, '@metatron'))) {
    symlinkSync(readlinkSync(join(packages, '@metatron', name)), join(scope, name));
  }
}

/** Copies what git has or would take, with its packages and the page that `npm ci` bundles. */
export function copyRepository(copy: string): void {
  const files = filesOf(root);
  for (const file of [...files, 'gateway/playground/dist'])
    cpSync(join(root, file), join(copy, file), { recursive: true });
  linkPackages(copy);
  const workspaces = files
    .filter((file) => file.endsWith('/package.json'))
    .map((file) => join(dirname(file), 'node_modules'));
  for (const path of workspaces.filter((folder) => existsSync(join(root, folder))))
    symlinkSync(join(root, path), join(copy, path));
}
