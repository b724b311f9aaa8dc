import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { jsonOf } from '../../src/execute/outcome.ts';

test('text is written as JSON.stringify writes it', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.nat(0xff_ff).map((code) => String.fromCharCode(code)) }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(jsonOf(text)).toBe(JSON.stringify(text));
    }),
    { numRuns: 5_000 },
  );
  for (let code = 0; code <= 0xff_ff; code += 1) {
    const text = String.fromCharCode(code);
    if (jsonOf(text) !== JSON.stringify(text)) throw new Error(`code ${String(code)}`);
  }
});
