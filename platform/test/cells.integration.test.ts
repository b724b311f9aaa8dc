import { afterAll, describe, expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import fc from 'fast-check';

import { PrismaClient } from '../../prisma/crm/generated/client.ts';
import { cells } from '../src/database/cells.ts';
import { endPool } from '../src/database/pools.ts';

import { closeSql, serviceOf, superuserPool } from './kit.ts';

afterAll(closeSql);

const SELECT = `SELECT $1::text::timestamptz AS "instant", $2::text::date AS "day", $3::text::numeric AS "number",
  $4::text::bigint AS "count", $5::text::jsonb AS "json", $6::text::boolean AS "flag", $7::text::inet AS "address",
  $8::text::int AS "small", $9::text::uuid AS "id", NULL::timestamptz AS "never", NULL::numeric AS "nothing"`;

const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-30'), noInvalidDate: true });
const row = fc.record({
  instant: day.map((at) => at.toISOString()),
  day: day.map((at) => at.toISOString().slice(0, 10)),
  number: fc
    .tuple(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.stringMatching(/^\d{1,6}$/))
    .map(([whole, part]) => `${whole}.${part}`),
  count: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  json: fc.jsonValue().map((value) => JSON.stringify(value).replaceAll('\\u0000', '')),
  flag: fc.boolean().map(String),
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  small: fc.integer().map(String),
  id: fc.uuid(),
});

const plain = (rows: readonly unknown[]): unknown =>
  rows.map((one) =>
    Object.fromEntries(
      Object.entries(one as object).map(([name, value]) => [
        name,
        value instanceof Object && 'toFixed' in value ? ['decimal', String(value)] : (value as unknown),
      ]),
    ),
  );

describe('what is read without Prisma', () => {
  test('is what it is with Prisma', async () => {
    const pool = serviceOf('crm');
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    const compare = async (given: Readonly<Record<string, string>>): Promise<void> => {
      const values = Object.values(given);
      const { rows } = await pool.query({ text: SELECT, values, types: cells });
      expect(plain(rows)).toEqual(plain(await prisma.$queryRawUnsafe<unknown[]>(SELECT, ...values)));
    };
    await fc.assert(fc.asyncProperty(row, compare), { numRuns: 200 });
  });

  test.each(['UTC', 'Asia/Kolkata', 'America/St_Johns'])('is the same instant in %s', async (zone) => {
    const pool = superuserPool('metatron_crm', `-c timezone=${zone}`);
    const text = `SELECT '2026-07-01 12:00:00.123456Z'::timestamptz AS a, '0044-03-15 12:00:00Z BC'::timestamptz AS b`;
    const { rows } = await pool.query({ text, types: cells });
    expect(rows).toEqual([{ a: new Date('2026-07-01T12:00:00.123Z'), b: new Date('-000043-03-15T12:00:00Z') }]);
    await endPool(pool);
  });
});
