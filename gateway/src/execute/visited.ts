import type { Row } from './rows.ts';

/** The paths that entities have been looked up at in one request, and what was there. */
export class Visited {
  private readonly known = new Map<string, readonly Row[] | undefined>();

  has(place: string): boolean {
    return this.known.has(place);
  }

  /** What stands there, if it has not changed since. */
  rowsAt(place: string): readonly Row[] | undefined {
    return this.known.get(place);
  }

  remember(place: string, rows: readonly Row[]): void {
    this.known.set(place, rows);
  }

  /** Objects have come or gone. */
  forgetRows(): void {
    for (const place of this.known.keys()) this.known.set(place, undefined);
  }
}
