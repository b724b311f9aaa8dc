/** The invariant: what cdx shows is what a recompute gives, and the audit log has each entry once. */
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

import { domains } from '@metatron/platform/domains';

import { caughtUp, type Databases } from '../kit.ts';
import { compare } from '../recompute.ts';
import { sources } from '../statements.ts';

import type { Written } from './writer.ts';

/** All parts are back for so long: then everything is exact. */
export const EXACT_WITHIN_MS = 5_000;
/** What is late is told apart from what is lost. */
const GIVEN_UP_AFTER_MS = 20_000;
const PAUSE_MS = 15;
const SHOWN_ROWS = 3;

/** Cdx is not what it has to be. */
export class Violation extends Error {
  /** It is not late, it is wrong: what has been taken in does not add up. */
  readonly isWrong: boolean;

  constructor(message: string, isWrong: boolean) {
    super(message);
    this.isWrong = isWrong;
  }
}

function describe(index: number, truth: unknown, shown: unknown): string {
  const [wanted, found] = [truth, shown].map((rows) => (rows as readonly unknown[]).map((row) => JSON.stringify(row)));
  const missing = wanted?.filter((row) => !found?.includes(row)) ?? [];
  const surplus = found?.filter((row) => !wanted?.includes(row)) ?? [];
  const some = (rows: readonly string[]): string => `${rows.slice(0, SHOWN_ROWS).join(' ')} (${String(rows.length)})`;
  return `check ${String(index)}: ought to be ${some(missing)}, is ${some(surplus)}`;
}

async function differences(databases: Databases): Promise<string[]> {
  const { truth, shown } = (await compare(databases, sources)) as { truth: unknown[]; shown: unknown[] };
  return truth.flatMap((rows, index) =>
    isDeepStrictEqual(rows, shown[index]) ? [] : [describe(index, rows, shown[index])],
  );
}

async function auditFaults({ sql }: Databases, audited: Written['audited']): Promise<string[]> {
  const kept = sources.map(async (source) => {
    const { rows } = await sql[source].query<{ id: string }>("SELECT id FROM audit_entries WHERE action = 'faultTry'");
    return rows.map(({ id }) => ({ source, id }));
  });
  const wanted = [...(await Promise.all(kept)).flat(), ...audited].map(({ source, id }) => `${source} ${id}`);
  const { rows } = await sql.cdx.query<{ entry: string; times: number }>(
    "SELECT source || ' ' || source_id AS entry, count(*)::int AS times FROM audit_log GROUP BY 1",
  );
  const chained = new Map(rows.map(({ entry, times }) => [entry, times]));
  const lost = wanted.filter((entry) => !chained.has(entry));
  const twice = rows.filter(({ times }) => times > 1);
  return [
    ...(lost.length > 0 ? [`audit: lost ${lost.slice(0, SHOWN_ROWS).join(', ')} (${String(lost.length)})`] : []),
    ...(twice.length > 0 ? [`audit: chained twice ${String(twice.length)}`] : []),
  ];
}

interface Look {
  readonly found: readonly string[];
  /** What is different although all has been taken in. */
  readonly isWrong: boolean;
}

/** What is not as it has to be; a database that does not answer is one such thing. */
async function look(databases: Databases, audited: Written['audited'], milliseconds: number): Promise<Look> {
  try {
    // What is right by chance, before a relay has looked, is not yet exact.
    await caughtUp(databases, domains, milliseconds);
    const found = [...(await differences(databases)), ...(await auditFaults(databases, audited))];
    return { found, isWrong: found.length > 0 };
  } catch (error) {
    return { found: [(error as Error).message], isWrong: false };
  }
}

/**
 * Waits until everything is exact. Nobody may be writing any more.
 * @returns after how many milliseconds it was.
 * @throws Violation when it is not in time, with what is different, or how late it was.
 */
export async function untilExact(
  databases: Databases,
  audited: Written['audited'],
  patienceMs = GIVEN_UP_AFTER_MS,
): Promise<number> {
  const begun = Date.now();
  let before = '';
  for (;;) {
    const { found, isWrong } = await look(databases, audited, EXACT_WITHIN_MS);
    const after = Date.now() - begun;
    if (found.length === 0 && after <= EXACT_WITHIN_MS) return after;
    if (found.length === 0)
      throw new Violation(`exact, but only after ${String(after)} ms; before that\n  ${before}`, false);
    before = found.join('\n  ');
    if (after > patienceMs) throw new Violation(before, isWrong);
    await sleep(PAUSE_MS);
  }
}
