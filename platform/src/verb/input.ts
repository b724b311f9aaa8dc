import type { z } from 'zod';

import { Refusal, type UserError } from '../errors.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

const MAX_DEPTH = 50;

const fault = (field: readonly string[], message: string): UserError[] => [{ field, code: 'INVALID', message }];

/**
 * What no input may hold, however deep in its JSON: text that PostgreSQL cannot store (a NUL, or half
 * of a surrogate pair), a key that JavaScript gives another meaning, and endless nesting.
 */
export function unsoundValues(value: unknown, path: readonly string[] = []): UserError[] {
  if (typeof value === 'string') {
    const sound = !value.includes('\0') && value.isWellFormed();
    return sound ? [] : fault(path, 'The text holds characters that cannot be stored.');
  }
  if (!isRecord(value)) return [];
  if (path.length > MAX_DEPTH)
    return fault(path.slice(0, 1), `This is nested deeper than ${String(MAX_DEPTH)} levels.`);
  return Object.entries(value).flatMap(([key, child]) => [
    ...(key === '__proto__' ? fault([...path, key], 'No key may have this name.') : unsoundValues(key, [...path, key])),
    ...unsoundValues(child, [...path, key]),
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
