/**
 * A preset of GraphQL Code Generator: in a subgraph, the exported type `CustomerRow` of
 * `src/mappers.ts` stands for the GraphQL type `Customer`, so no list of mappers is kept by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Section {
  baseOutputDir: string;
  plugins: unknown[];
  pluginMap: Record<string, unknown>;
  config: Record<string, unknown>;
  schema: unknown;
  documents: unknown[];
}

interface Output extends Omit<Section, 'baseOutputDir'> {
  filename: string;
}

export const preset = {
  buildGeneratesSection({ baseOutputDir: filename, ...section }: Section): Output[] {
    const mappers = rowMappers(join(dirname(filename), '..', 'mappers.ts'));
    return [{ ...section, filename, config: { ...section.config, mappers } }];
  },
};

export function rowMappers(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const names = readFileSync(file, 'utf8').matchAll(/^export (?:type|interface) (\w+)Row\b/gmu);
  return Object.fromEntries([...names].map(([, name = '']) => [name, `../mappers.ts#${name}Row`]));
}
