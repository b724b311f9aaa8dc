import graphql from '@graphql-eslint/eslint-plugin';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', '**/test/**'];
const environment = {
  message: 'The environment is read in platform/src/env.ts alone: take the setting from there.',
};

/**
 * The import direction: platform ← prisma ← subgraphs/*, platform ← prisma ← sync-jobs, platform ← gateway; examples know
 * the gateway's address alone.
 * A folder imports its own files and the named packages; the domains are loaded through the registry.
 */
function mayImport(folder, ...packages) {
  const allowed = packages.map((name) => `${name}(?:/|$)`).join('|');
  const forbidden = `^@metatron/${allowed ? `(?!${allowed})` : ''}`;
  const aside = '^(\\.\\./)+(platform|prisma|subgraphs|gateway|sync-jobs|examples)/';
  const message = `${folder} may import ${packages.map((name) => `@metatron/${name}`).join(' and ') || 'no other folder'} (docs: eslint.config.js).`;
  return {
    files: [`${folder}/**/*.{ts,tsx}`],
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'node:process', importNames: ['env'], ...environment }],
          patterns: [
            { regex: forbidden, message },
            { regex: aside, message: 'Import another folder by its package: @metatron/….' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: `ImportExpression[source.value=/${forbidden.replaceAll('/', '\\/')}/]`, message },
      ],
    },
  };
}

export default defineConfig(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/coverage/**',
      '**/generated/**',
      '!subgraphs/*/src/generated/',
      '!subgraphs/*/src/generated/schema.graphql',
      'gateway/supergraph.graphql',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.js', '**/*.ts', '**/*.tsx'],
    extends: [eslint.configs.recommended],
    rules: { eqeqeq: ['error', 'always', { null: 'ignore' }], 'object-shorthand': 'error', 'prefer-template': 'error' },
  },
  { files: ['**/*.js'], languageOptions: { globals: { URL: 'readonly' } } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', ...environment }],
    },
  },
  {
    // Besides: what Jest hands from its set-up to its workers, and what libraries take from nowhere else.
    files: [
      'platform/src/env.ts',
      'platform/test/{cluster.setup,cluster.teardown,kit}.ts',
      'platform/tools/jestReporter.ts',
      'gateway/test/browser.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: tests, rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },

  mayImport('platform'),
  mayImport('prisma', 'platform'),
  mayImport('sync-jobs', 'platform', 'prisma'),
  mayImport('subgraphs', 'platform', 'prisma'),
  mayImport('gateway', 'platform'),
  mayImport('examples'),

  {
    files: ['subgraphs/*/**/*.graphql'],
    languageOptions: { parser: graphql.parser },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          ignoredSelectors: ['[type=ObjectTypeExtension]'],
        },
      ],
      '@graphql-eslint/no-hashtag-description': 'error',
    },
  },
  {
    files: ['subgraphs/*/schema.graphql'],
    rules: {
      '@graphql-eslint/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          Argument: 'camelCase',
          DirectiveDefinition: 'camelCase',
          EnumValueDefinition: 'UPPER_CASE',
        },
      ],
    },
  },
);
