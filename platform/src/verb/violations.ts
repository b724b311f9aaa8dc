import { Refusal, type UserErrorCode } from '../errors.ts';

/** What a violated constraint means, by its name in PostgreSQL. */
export type ConstraintMessages = Readonly<
  Record<string, { readonly code: UserErrorCode; readonly message: string; readonly field: string }>
>;

interface DriverCause {
  readonly originalCode?: string;
  readonly code?: string;
  readonly originalMessage?: string;
  readonly message?: string;
}

/** PostgreSQL's own error under Prisma's; Prisma's `meta` may hold the failing row, so nothing else is read. */
function postgresCause(error: unknown): DriverCause | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { meta, cause } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } }; cause?: DriverCause };
  return meta?.driverAdapterError?.cause ?? cause;
}

const sqlState = (cause: DriverCause | undefined): string | undefined => cause?.originalCode ?? cause?.code;

/** The SQLSTATE of an error that came from PostgreSQL. */
export const sqlStateOf = (error: unknown): string | undefined => sqlState(postgresCause(error));

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const CHECK = '23514';
const RETRYABLE: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);

/** A deadlock or a serialization failure: the same transaction may succeed now. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlStateOf(error)) || (error as { code?: string }).code === 'P2034';
}

/** The refusal that a database's complaint stands for; undefined for a fault of ours. */
export function toRefusal(error: unknown, constraints: ConstraintMessages): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const cause = postgresCause(error);
  const state = sqlState(cause);
  const text = cause?.originalMessage ?? cause?.message ?? '';
  const known = Object.entries(constraints).find(([name]) => text.includes(`"${name}"`));
  if (known !== undefined) return new Refusal(known[1].code, known[1].message, known[1].field);
  switch (state) {
    case UNIQUE:
      return new Refusal('TAKEN', 'This is already in use.');
    case FOREIGN_KEY:
      return new Refusal('NOT_FOUND', 'What this names does not exist, or is still in use.');
    case CHECK:
      return new Refusal('INVALID', 'This is not legal in the object’s state.');
    default:
      return undefined;
  }
}
