/** Tests are TypeScript modules run as they stand: SWC strips the types, Node's own ESM loads the rest. */
import { existsSync } from 'node:fs';

const cluster = 'platform/test/cluster';
const has = (file) => existsSync(new URL(file, import.meta.url));

/** @type {import('jest').Config} */
export default {
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/bench/', '/dist/', '/generated/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironment: 'node',
  maxWorkers: 2,
  // Patience for a machine in use, no measure of anything.
  testTimeout: 120_000,
  watchman: false,
  ...(has(`./${cluster}.setup.ts`) && { globalSetup: `<rootDir>/${cluster}.setup.ts` }),
  ...(has(`./${cluster}.teardown.ts`) && { globalTeardown: `<rootDir>/${cluster}.teardown.ts` }),
  reporters: ['default', '<rootDir>/platform/tools/jestReporter.ts'],
};
