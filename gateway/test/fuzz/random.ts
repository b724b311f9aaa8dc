/** Chance that can be repeated: the same seed, the same numbers. */

/** A number of 32 bits that depends on all of the parts (FNV-1a, mixed at the end). */
export function hash(...parts: readonly (string | number)[]): number {
  let state = 0x811c9dc5;
  for (const part of parts) {
    const text = `${String(part)}\u0000`;
    for (let index = 0; index < text.length; index += 1)
      state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
  return (state ^ (state >>> 15)) >>> 0;
}

/** A chain of such numbers. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Below `limit`, from 0. */
  below(limit: number): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    return hash(this.state) % limit;
  }

  chance(share: number): boolean {
    return this.below(10_000) < share * 10_000;
  }

  pick<T>(items: readonly T[]): T {
    const picked = items[this.below(items.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }
}
