/** What PostgreSQL's values are in JavaScript when rows are read without Prisma: what they are with it. */
import { Decimal } from 'decimal.js';
import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

const readTimestamp = getTypeParser(builtins.TIMESTAMPTZ) as (text: string) => Date;

/** `2026-01-31 12:00:00.123+00`: a session in UTC, which nearly every one is. pg's own parser reads all others. */
const UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;

/** An instant. JavaScript reads the standard's form five times as fast as pg does. */
export const toInstant = (text: string): Date =>
  UTC.test(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : readTimestamp(text);

/** pg would give a day as local midnight, and numbers beyond JavaScript's own as text. */
const readers = new Map<TypeId, (text: string) => unknown>([
  [builtins.DATE, (text) => new Date(text)],
  [builtins.TIMESTAMPTZ, toInstant],
  [builtins.INT8, BigInt],
  [builtins.NUMERIC, (text) => new Decimal(text)],
]);

type TypeId = Parameters<typeof getTypeParser>[0];
type Format = 'text' | 'binary';

/** For a query's `types`. */
export const cells: pg.CustomTypesConfig = {
  getTypeParser(type: TypeId, format: Format = 'text'): unknown {
    const own = format === 'text' ? readers.get(type) : undefined;
    return own ?? (getTypeParser(type, format) as unknown);
  },
};
