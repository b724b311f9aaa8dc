import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Something that goes wrong while there are writers. */
export interface Fault {
  readonly name: string;
  /** Takes long, and is left out of the short run. */
  readonly slow?: true;
  /** It does its own writing, and nobody else writes. */
  readonly alone?: true;
  /** Done when every part is back; what comes later is put into `world.afterwards`. */
  readonly befall: (world: World, random: Random) => Promise<void>;
}

/** How long things are left as they are. */
export const awhile = (random: Random): number => random.between(20, 600);
