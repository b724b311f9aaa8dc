import { Refusal } from '../errors.ts';

/** @throws Refusal CONFLICT when somebody changed the row since the caller read it. */
export function expectVersion(row: { readonly version: number }, expected: number | null | undefined): void {
  if (expected != null && expected !== row.version) {
    throw new Refusal(
      'CONFLICT',
      `Somebody else changed this meanwhile: it is at version ${String(row.version)}.`,
      'expectedVersion',
    );
  }
}
