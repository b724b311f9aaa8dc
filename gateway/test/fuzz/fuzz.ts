/** Compares the two executors over many operations; what differs is told with its seed, as small as it can be. */
import type { Planned } from '../../src/execute/planner.ts';

import type { Answers, Bed } from './bed.ts';
import { compare, type Comparison, type Rule } from './differences.ts';
import { generate, type Generated } from './generate.ts';
import { shrink } from './shrink.ts';
import { World } from './world.ts';

export interface Fuzzed {
  /** Operations that both have run. */
  readonly operations: number;
  /** That Apollo's planner fails at. */
  readonly unplanned: number;
  /** Of which subgraphs had errors to tell. */
  readonly withErrors: number;
  /** Apollo's known faults, by the rule that a test names. */
  readonly explained: Readonly<Partial<Record<Rule, number>>>;
  /** What nobody has explained. */
  readonly found: readonly string[];
}

const MAX_FOUND = 5;

/** Undefined for what Apollo's planner cannot plan. */
function planned(bed: Bed, { text }: Generated): Planned | undefined {
  try {
    return bed.plan(text);
  } catch {
    return undefined;
  }
}

/** So many that hardly two answers of an operation take the same. */
const APART = 500;

/**
 * Where two fetches of one turn contradict each other, the last one wins, and which that is depends on nothing but an
 * executor's own turns: what differs is compared again with the answers well apart.
 */
async function compareIn(
  bed: Bed,
  plan: Planned,
  operation: Generated,
  seed: number,
): Promise<readonly [Answers, Comparison]> {
  const answers = await bed.compare(plan, operation, bed.inWorld(new World(seed)));
  const comparison = compare(answers);
  if (comparison.differences.length === 0) return [answers, comparison];
  const apart = await bed.compare(plan, operation, bed.inWorld(new World(seed, APART)));
  return [apart, compare(apart)];
}

async function differencesIn(bed: Bed, operation: Generated, seed: number): Promise<readonly string[]> {
  const plan = planned(bed, operation);
  return plan === undefined
    ? []
    : compare(await bed.compare(plan, operation, bed.inWorld(new World(seed)))).differences;
}

async function describe(bed: Bed, operation: Generated, seed: number): Promise<string> {
  const small = await shrink(
    bed.api,
    operation,
    async (smaller) => (await differencesIn(bed, smaller, seed)).length > 0,
  );
  const differences = await differencesIn(bed, small, seed);
  return [`seed ${String(seed)}`, small.text, JSON.stringify(small.variables), ...differences].join('\n');
}

/** What many operations have shown. */
class Tally {
  operations = 0;
  withErrors = 0;
  unplanned = 0;
  readonly explained: Partial<Record<Rule, number>> = {};
  readonly found: string[] = [];

  note({ apollo }: Answers, { explained }: Comparison): void {
    this.operations += 1;
    if (apollo.errors !== undefined) this.withErrors += 1;
    for (const rule of explained) this.explained[rule] = (this.explained[rule] ?? 0) + 1;
  }
}

/** Runs operations of the seeds from `seed` on, until so many have been compared. */
export async function fuzz(bed: Bed, seed: number, operations: number): Promise<Fuzzed> {
  const tally = new Tally();
  for (let at = seed; tally.operations < operations && tally.found.length < MAX_FOUND; at += 1) {
    const operation = generate(bed.api, at);
    const plan = planned(bed, operation);
    if (plan === undefined) {
      tally.unplanned += 1;
      continue;
    }
    const [answers, comparison] = await compareIn(bed, plan, operation, at);
    tally.note(answers, comparison);
    if (comparison.differences.length > 0) tally.found.push(await describe(bed, operation, at));
  }
  return tally;
}

/** What two shares have shown together. */
export function joined(one: Fuzzed, other: Fuzzed): Fuzzed {
  const rules = new Set([...Object.keys(one.explained), ...Object.keys(other.explained)] as Rule[]);
  const explained = [...rules].map((rule) => [rule, (one.explained[rule] ?? 0) + (other.explained[rule] ?? 0)]);
  return {
    operations: one.operations + other.operations,
    unplanned: one.unplanned + other.unplanned,
    withErrors: one.withErrors + other.withErrors,
    explained: Object.fromEntries(explained) as Fuzzed['explained'],
    found: [...one.found, ...other.found],
  };
}
