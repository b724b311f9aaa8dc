import type { LoadKind } from './loads.ts';

/** How often to look whether anything is to be taken anew. */
const LOOK_MS = 1_000;
/** What one step may take, so that changes meanwhile are not long in coming. */
export const STEP_MS = 100;
const MOST_TENANTS = 4_096;

/** How much to take anew at a time, and how long to only drain in between. */
export class LoadPace {
  private limit = 1;
  private nextAt = 0;
  private isUrgent = false;

  /** How many tenants' totals the next step may take. */
  get tenants(): number {
    return this.limit;
  }

  isDue(): boolean {
    return Date.now() >= this.nextAt;
  }

  forget(): void {
    this.nextAt = 0;
  }

  /** There is nothing to take anew. */
  rest(): void {
    this.isUrgent = false;
    this.nextAt = Date.now() + LOOK_MS;
  }

  /** There was nothing to drain: what has to be taken anew need not wait for its turn. */
  hurry(): void {
    if (this.isUrgent) this.nextAt = 0;
  }

  /** Half of the time goes to draining; while all is well, nine tenths of it. */
  took(milliseconds: number, kind: LoadKind): void {
    this.limit = milliseconds < STEP_MS ? Math.min(MOST_TENANTS, this.limit * 2) : Math.max(1, this.limit >> 1);
    this.isUrgent = kind !== 'reconcile';
    this.nextAt = Date.now() + milliseconds * (this.isUrgent ? 1 : 9);
  }
}
