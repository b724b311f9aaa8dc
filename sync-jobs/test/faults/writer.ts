/** Writes at random, in every way in which a business does, until told to stop; takes each refusal in its stride. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import fc from 'fast-check';
import type pg from 'pg';

import type { Databases } from '../kit.ts';
import { transactions, type Transaction } from '../statements.ts';

import { Random } from './random.ts';
import { TELLER, TOLD_TYPE } from './told.ts';

const AT_ONCE = 50;
const AFTER_REFUSAL_MS = 20;
const LONGEST_MS = 800;

/** How a transaction goes about its statements. */
interface Manner {
  readonly asynchronous: boolean;
  /** It stays open for so long. */
  readonly openMs: number;
  /** What it did before this statement is kept, what it did since is taken back. */
  readonly savepointAt: number;
  readonly auditId: string | undefined;
  /** Whether something happens that ANALYTICS is told of. */
  readonly isToldOf: boolean;
}

function draw(random: Random): Manner {
  return {
    asynchronous: random.oneIn(2),
    openMs: random.oneIn(12) ? random.between(50, LONGEST_MS) : 0,
    savepointAt: random.oneIn(4) ? random.below(3) : -1,
    auditId: random.oneIn(2) ? randomUUID() : undefined,
    isToldOf: random.oneIn(3),
  };
}

const audit = (id: string): string =>
  `INSERT INTO audit_entries (tenant_id, id, actor_role, action, object_type, object_id, after, request_id) VALUES ('acme', '${id}', 'client', 'faultTry', 'Fault', '${id}', '{"a": 1}', 'r')`;

const happening = `INSERT INTO domain_events (tenant_id, id, type, payload)
  VALUES ('acme', gen_random_uuid(), '${TOLD_TYPE}', jsonb_build_object('customerId', gen_random_uuid()))`;

async function perform(
  client: pg.PoolClient,
  { source, statements, commit }: Transaction,
  manner: Manner,
): Promise<void> {
  const { asynchronous, openMs, savepointAt, auditId, isToldOf } = manner;
  // Other triggers and foreign keys are off, the capture is not.
  await client.query(
    `BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL deadlock_timeout = 20; SET LOCAL synchronous_commit = ${asynchronous ? 'off' : 'on'}`,
  );
  if (auditId !== undefined) await client.query(audit(auditId));
  if (isToldOf && source === TELLER) await client.query(happening);
  for (const [index, text] of statements.entries()) {
    if (index === savepointAt) await client.query(`SAVEPOINT before; ${text}; ROLLBACK TO before`);
    await client.query(text);
  }
  if (openMs > 0) await sleep(openMs);
  await client.query(commit ? 'COMMIT' : 'ROLLBACK');
}

/** Runs one transaction. @returns whether it was done to its end: a commit that was answered. */
async function attempt({ sql }: Databases, transaction: Transaction, manner: Manner): Promise<boolean> {
  let failure: Error | undefined;
  const client = await sql[transaction.source].connect().catch(() => undefined);
  if (client === undefined) return false;
  client.on('error', ignore);
  try {
    await perform(client, transaction, manner);
    return true;
  } catch (error) {
    failure = error as Error;
    return false;
  } finally {
    client.off('error', ignore);
    client.release(failure);
  }
}

const ignore = (): void => undefined;

/** What a writer was answered. */
export interface Written {
  transactions: number;
  /** The audit entries that cannot be lost: committed, synchronously, and answered. */
  readonly audited: { readonly source: string; readonly id: string }[];
}

export async function keepWriting(databases: Databases, seed: number, stopping: AbortSignal): Promise<Written> {
  const random = new Random(seed);
  const written: Written = { transactions: 0, audited: [] };
  let list: readonly Transaction[] = [];
  while (!stopping.aborted) {
    if (list.length === 0) list = fc.sample(transactions, { seed: random.below(2 ** 31), numRuns: AT_ONCE });
    const [transaction, ...rest] = list;
    list = rest;
    if (transaction === undefined) continue;
    const manner = draw(random);
    const done = await attempt(databases, transaction, manner);
    if (!done) await sleep(AFTER_REFUSAL_MS);
    else if (transaction.commit) {
      written.transactions += 1;
      const { auditId: id, asynchronous } = manner;
      if (id !== undefined && !asynchronous) written.audited.push({ source: transaction.source, id });
    }
  }
  return written;
}
