/**
 * A preset of GraphQL Code Generator: the types of every domain's resolvers, each from its own expanded
 * schema. The exported type `CustomerRow` of `src/mappers.ts` stands for the GraphQL type `Customer`. So
 * neither the domains nor the mappers are listed by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, type DocumentNode } from 'graphql';

import { domains } from '../src/domains.ts';

interface Section {
  /** `subgraphs/`, as codegen.yml names it. */
  baseOutputDir: string;
  plugins: unknown[];
  pluginMap: Record<string, unknown>;
  config: Record<string, unknown>;
  documents: unknown[];
}

interface Output extends Omit<Section, 'baseOutputDir'> {
  filename: string;
  schema: DocumentNode;
}

export const preset = {
  buildGeneratesSection: ({ baseOutputDir, plugins, pluginMap, config, documents }: Section): Output[] =>
    domains.map((domain) => {
      const source = join(baseOutputDir, domain, 'src');
      return {
        filename: join(source, 'generated', 'types.ts'),
        schema: parse(readFileSync(join(source, 'generated', 'internal.graphql'), 'utf8')),
        plugins,
        pluginMap,
        config: { ...config, mappers: rowMappers(join(source, 'mappers.ts')) },
        documents,
      };
    }),
};

function rowMappers(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const names = readFileSync(file, 'utf8').matchAll(/^export (?:type|interface) (\w+)Row\b/gmu);
  return Object.fromEntries([...names].map(([, name = '']) => [name, `../mappers.ts#${name}Row`]));
}
