import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { seal, unseal } from '../src/seal.ts';
import { openKeyRing } from '../src/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-seal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = await openKeyRing(join(folder, 'keys.json'));

describe('a sealed secret', () => {
  test('opens again as it was, under its own name alone, and shows nothing', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), fc.string({ minLength: 8 }), (name, value, canary) => {
        const sealed = seal(keys, name, { value, canary });
        expect(JSON.stringify(sealed)).not.toContain(canary);
        expect(JSON.stringify(unseal(keys, name, sealed))).toBe(JSON.stringify({ value, canary }));
        expect(() => unseal(keys, `${name}.`, sealed)).toThrow();
      }),
      { numRuns: 50 },
    );
  });

  test('that was changed does not open', () => {
    const sealed = seal(keys, 'smtp.password', 'secret');
    const { data } = sealed;
    const changed = `${data.startsWith('A') ? 'B' : 'A'}${data.slice(1)}`;
    expect(() => unseal(keys, 'smtp.password', { ...sealed, data: changed })).toThrow();
    expect(() => unseal(keys, 'smtp.password', { ...sealed, keyId: 'retired' })).toThrow();
    expect(() => unseal(keys, 'smtp.password', 'secret')).toThrow();
  });
});
