/** What goes wrong, and where: the same for whoever asks the same. */
import type { ExecutionResult, GraphQLError } from 'graphql';

import { hash } from './random.ts';

/** How often, from 0 to 1. */
export interface Faults {
  readonly nulls: number;
  readonly fieldErrors: number;
  readonly nullEntities: number;
  readonly corruptLeaves: number;
  readonly failures: number;
}

/** Nothing goes wrong. */
export const CALM: Faults = { nulls: 0, fieldErrors: 0, nullEntities: 0, corruptLeaves: 0, failures: 0 };

/** By weather: none, nulls, errors, and everything at once. */
const WEATHERS: readonly Faults[] = [
  CALM,
  { ...CALM, nulls: 0.15, nullEntities: 0.1 },
  { ...CALM, fieldErrors: 0.06, nullEntities: 0.05 },
  { ...CALM, corruptLeaves: 0.04, nulls: 0.05 },
  { ...CALM, failures: 0.3 },
  { nulls: 0.08, fieldErrors: 0.04, nullEntities: 0.08, corruptLeaves: 0.02, failures: 0.1 },
];

const asErrors = (errors: readonly object[]): readonly GraphQLError[] => errors as readonly GraphQLError[];

/** The planner numbers the operations of a plan; who asks the same gets the same. */
const unnamed = (query: string): string => query.replace(/^(query|mutation)\s+\w+/, '$1');

export class World {
  readonly seed: number;
  /** Whether answers come as JSON, or as objects of this process. */
  readonly isRemote: boolean;
  private readonly faults: Faults;
  private readonly turns: number;

  /**
   * @param turns of the event loop, below which each answer takes its own number of them
   * @param faults instead of those that the seed would choose
   */
  constructor(seed: number, turns = 4, faults = WEATHERS[hash(seed, 'weather') % WEATHERS.length] ?? CALM) {
    this.seed = seed;
    this.turns = turns;
    this.isRemote = hash(seed, 'remote') % 2 === 0;
    this.faults = faults;
  }

  isOne(fault: keyof Faults, key: number): boolean {
    return hash(this.seed, fault, key) % 10_000 < this.faults[fault] * 10_000;
  }

  /** Some turns of the event loop. */
  async delay(service: string, query: string): Promise<void> {
    for (let turn = hash(this.seed, service, unnamed(query), 'delay') % this.turns; turn > 0; turn -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  }

  /** The answer of a subgraph that fails as a whole. @throws when it does not even answer. */
  failure(service: string, query: string): ExecutionResult | undefined {
    const key = hash(this.seed, service, unnamed(query));
    if (!this.isOne('failures', key)) return undefined;
    const path = [query.includes('_entities') ? '_entities' : 'some'];
    const answers: readonly ExecutionResult[] = [
      { data: null, errors: asErrors([{ message: 'down', path, extensions: { code: 'SERVICE_UNAVAILABLE' } }]) },
      { data: null, errors: asErrors([{ message: `${service} refuses` }]) },
      { errors: asErrors([{ message: 'no data', extensions: { code: 'X' } }]) },
      { data: {} },
      { data: null },
    ];
    const answer = answers[hash(key, 'how') % (answers.length + 1)];
    if (answer === undefined) throw new Error(`${service} does not answer`);
    return structuredClone(answer);
  }
}
