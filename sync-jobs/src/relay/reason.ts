import pg from 'pg';

/** Classes of SQLSTATE whose messages speak of the schema or the server, never of a row's values. */
const SPEAKING = /^(08|25|28|40|42|53|55|57)/;

/** Why the relay failed, in words that hold no host and no row. */
export function reasonOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    const { code = 'XX000', message, table, constraint } = error;
    const place = [table, constraint].filter((name) => name !== undefined).join(' ');
    return SPEAKING.test(code) ? `${code} ${message}` : `${code}${place === '' ? '' : ` at ${place}`}`;
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? 'the database does not answer' : `the database does not answer (${code})`;
}

/** The database refuses what it was given, not the giver: a value that does not fit, a constraint. */
export const isOfData = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
