import { median, round } from '../statistics.ts';

import type { Turn } from './contenders.ts';

/** The median of a figure, with the least and the most of it. */
export function spread<Of = Turn>(turns: readonly Of[], figure: (turn: Of) => number) {
  const values = turns.map(figure);
  return { median: round(median(values)), least: round(Math.min(...values)), most: round(Math.max(...values)) };
}
