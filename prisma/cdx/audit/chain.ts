/** The entries of the audit log, each with what its hashes say of it; the hashes are computed anew. */
import type { Queryable } from '../directory.ts';

/** How many entries are in memory at once. */
const BATCH = 1_000;

/** The hash before the first. */
export const GENESIS = '00'.repeat(32);

const instant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const text = (json: string): string => `convert_to(${json}::text, 'UTF8')`;
const hashOf = (...columns: string[]): string =>
  `sha256(l.prev_hash || ${text(`jsonb_build_array(${columns.join(', ')})`)})`;

const SUBJECT = [
  ...['l.actor_id', 'l.actor_role', 'l.on_behalf_of', 'l.action', 'l.outcome', 'l.object_type', 'l.object_id'],
  ...['l.request_id', 'l.source'],
];
const CONTENT = "encode(l.content_hash, 'hex')";
/** Of every column. */
const HASH = hashOf(
  ...['2', 'l.seq', 'l.tenant_id', 'l.id', instant('l.at'), ...SUBJECT],
  ...['l.source_id', instant('l.created_at'), CONTENT],
);
/** Of entries from before the migration `audit_chain`, whose id is the source's; neither passes for the other. */
const FIRST_HASH = hashOf('l.seq', 'l.tenant_id', instant('l.at'), ...SUBJECT, CONTENT);

// The formulas stand here and not in a function of the database, which who changes entries might change too.
const READ = `
SELECT l.seq::text, encode(l.prev_hash, 'hex') AS previous, encode(l.hash, 'hex') AS hash,
       l.hash = ${HASH} OR (l.id = l.source_id AND l.hash = ${FIRST_HASH}) AS "isSound",
       l.content_hash IS NOT DISTINCT FROM sha256(${text("jsonb_build_object('before', l.before, 'after', l.after)")}) AS "hasContent",
       l.before IS NULL AND l.after IS NULL AS "isEmpty"
  FROM audit_log l WHERE l.seq >= $1::bigint ORDER BY l.seq LIMIT ${String(BATCH)}`;

/** An entry as far as the chain goes; the hashes are hexadecimal. */
export interface Link {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
  /** `hash` is that of the entry as it stands. */
  readonly isSound: boolean;
  /** What was before and after is what was chained. */
  readonly hasContent: boolean;
  /** Nothing is said of before and after: never was, or is erased. */
  readonly isEmpty: boolean;
}

/** What answers a question to cdx. */
export interface Answering extends Queryable {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** The entries from a place on, a batch at a time. */
export async function* readLinks(cdx: Answering, from: number): AsyncGenerator<Link, void, undefined> {
  for (let next = from; ;) {
    const { rows } = await cdx.query(READ, [next]);
    for (const row of rows as readonly (Omit<Link, 'seq'> & { readonly seq: string })[])
      yield { ...row, seq: Number(row.seq) };
    const last = rows.at(-1) as { readonly seq: string } | undefined;
    if (last === undefined || rows.length < BATCH) return;
    next = Number(last.seq) + 1;
  }
}

/** The hash that the entry of a place must follow; undefined when there is nothing before it. */
export async function hashBefore(cdx: Answering, seq: number): Promise<string | undefined> {
  if (seq === 1) return GENESIS;
  const { rows } = await cdx.query("SELECT encode(hash, 'hex') AS hash FROM audit_log WHERE seq = $1::bigint", [
    seq - 1,
  ]);
  return (rows[0] as { readonly hash: string } | undefined)?.hash;
}
