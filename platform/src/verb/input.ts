import type { z } from 'zod';

import { Refusal, type UserError } from '../errors.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** Text that PostgreSQL cannot hold: a NUL, or half of a surrogate pair. */
export function malformedStrings(value: unknown, path: readonly string[] = []): UserError[] {
  if (typeof value === 'string') {
    const sound = !value.includes('\0') && value.isWellFormed();
    return sound ? [] : [{ field: path, code: 'INVALID', message: 'The text holds characters that cannot be stored.' }];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...malformedStrings(key, [...path, key]),
    ...malformedStrings(child, [...path, key]),
  ]);
}

/** @throws Refusal with one INVALID per fault, each at its field's path. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw Refusal.of(
    parsed.error.issues.map(({ path, message }): UserError => ({
      field: path.length === 0 ? null : path.map(String),
      code: 'INVALID',
      message,
    })),
  );
}
