import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, read, tokenOf } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import { makeClient } from './cdx.ts';

afterAll(closeSql);

const SELECTION = '{ ok checked erased firstBroken { seq reason } checkpoint { seq at } nextSeq }';

interface Verified {
  readonly auditVerify: { readonly ok: boolean; readonly checked: number; readonly nextSeq: number | null };
}

describe('auditVerify', () => {
  test('finds the running platform’s log sound, with what was just done', async () => {
    const token = await tokenOf('superadmin');
    const verify = async () => (await read<Verified>(`{ auditVerify ${SELECTION} }`, { token })).auditVerify;
    const before = await verify();
    expect(before).toMatchObject({ ok: true, erased: 0, firstBroken: null, nextSeq: null });
    await makeClient();
    await eventually(async () => {
      const after = await verify();
      expect(after.ok).toBe(true);
      expect(after.checked).toBeGreaterThan(before.checked);
    }, 10_000);
    const { auditVerify } = await read<Verified>(`{ auditVerify(fromSeq: 2, toSeq: 4) ${SELECTION} }`, { token });
    expect(auditVerify).toMatchObject({ ok: true, checked: 3 });
  });

  test('refuses what is no range', async () => {
    const token = await tokenOf('superadmin');
    for (const range of ['fromSeq: 0', 'fromSeq: 5, toSeq: 4']) {
      const { data, errors } = await ask(`{ auditVerify(${range}) { ok } }`, { token });
      expect(data).toEqual({ auditVerify: null });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('is for superadmins alone', async () => {
    for (const account of ['admin', 'acme'] as const) {
      const { errors } = await ask('{ auditVerify { ok } }', { token: await tokenOf(account) });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
  });
});
