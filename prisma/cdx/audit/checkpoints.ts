/**
 * The audit log's checkpoints, kept in a file outside every database: one line of JSON each, which says
 * the hash that an entry had, signed with the platform's keys. Who changes the log cannot change what
 * was signed of it.
 */
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Signed, StatementKeys } from '@metatron/platform/statements';
import { z } from 'zod';

const PURPOSE = 'audit-checkpoint';
/** Longer than any line. */
const TAIL_BYTES = 4_096;

/** What is signed: the entry that was the last one at a time. */
export interface Checkpoint {
  readonly seq: number;
  /** Of the entry, in hexadecimal. */
  readonly hash: string;
  readonly at: string;
}

export type SignedCheckpoint = Checkpoint & Signed;

const line = z.strictObject({
  seq: z.int().positive(),
  hash: z.hash('sha256'),
  at: z.iso.datetime(),
  keyId: z.string(),
  signature: z.string(),
});

const textOf = ({ seq, hash, at }: Checkpoint): string => JSON.stringify([seq, hash, at]);

export const checkpointFile = (dataDirectory: string): string => join(dataDirectory, 'audit', 'checkpoints.jsonl');

export const signCheckpoint = (keys: StatementKeys, checkpoint: Checkpoint): SignedCheckpoint => ({
  ...checkpoint,
  ...keys.signStatement(PURPOSE, textOf(checkpoint)),
});

/** What a checkpoint's signature is worth. */
export const checkSignature = (keys: StatementKeys, { keyId, signature, ...checkpoint }: SignedCheckpoint) =>
  keys.checkStatement(PURPOSE, textOf(checkpoint), { keyId, signature });

/** A line as a checkpoint; undefined when it is none. */
function parse(text: string): SignedCheckpoint | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The end of an open file, and how many of its bytes are whole lines: a crash may leave half a one. */
function readTail(file: number): { readonly lastLine: string | undefined; readonly whole: number } {
  const { size } = fstatSync(file);
  const start = Math.max(0, size - TAIL_BYTES);
  const bytes = Buffer.alloc(size - start);
  readSync(file, bytes, 0, bytes.length, start);
  const end = bytes.lastIndexOf('\n') + 1;
  const lastLine = bytes.subarray(0, end).toString().trimEnd().split('\n').at(-1);
  return { lastLine, whole: start + end };
}

function withFile<T>(path: string, mode: 'r' | 'a+', work: (file: number) => T): T {
  const file = openSync(path, mode, 0o600);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** The newest checkpoint; undefined when there is none that can be read. */
export function lastCheckpoint(path: string): SignedCheckpoint | undefined {
  if (!existsSync(path)) return undefined;
  return parse(withFile(path, 'r', readTail).lastLine ?? '');
}

/** Appends a checkpoint, and returns once it is on the disk. One at a time. */
export function appendCheckpoint(path: string, checkpoint: SignedCheckpoint): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  withFile(path, 'a+', (file) => {
    ftruncateSync(file, readTail(file).whole);
    writeSync(file, `${JSON.stringify(checkpoint)}\n`);
    fsyncSync(file);
  });
}

type Lines = AsyncGenerator<SignedCheckpoint | undefined, void, undefined>;

async function* readLines(path: string, bytes: number): Lines {
  if (bytes === 0) return;
  const lines = createInterface({ input: createReadStream(path, { end: bytes - 1 }) });
  for await (const text of lines) yield parse(text);
}

/** The checkpoints that are there when it is called, the oldest first; undefined for a line that is none. */
export const readCheckpoints = (path: string): Lines =>
  readLines(path, existsSync(path) ? withFile(path, 'r', readTail).whole : 0);
