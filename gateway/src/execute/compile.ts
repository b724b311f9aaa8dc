/** An operation compiled: its plan and the shape of its answer, once for each combination of its conditions. */
import type { Schema } from '@apollo/federation-internals';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';

import { conditionVariables, decide, type Conditions } from './conditions.ts';
import type { Outcome } from './outcome.ts';
import { compilePlan } from './plan.ts';
import { errorInAnswer } from './planNames.ts';
import type { Planned } from './planner.ts';
import { Unsupported, type Ask, type Run, type Step } from './run.ts';
import { compileShape, type Shape, type Shaped } from './shape.ts';
import { Visited } from './visited.ts';

/** A combination is compiled again when it has not been asked for in a while. */
const MAX_COMBINATIONS = 16;

interface Variant {
  readonly fetch: Step;
  readonly shape: Shape;
}

/** What is wrong with a whole answer is one of its errors. */
function answerOf(errors: readonly unknown[], { json, faults, garbage }: Shaped): Outcome {
  const all = [...errors, ...garbage] as GraphQLError[];
  if (all.length > 0) return { errors: all, json };
  return faults.length > 0 ? { extensions: { valueCompletion: faults }, json } : { json };
}

/** An operation that is ready to run. */
export class CompiledOperation {
  private readonly schema: Schema;
  private readonly planned: Planned;
  private readonly names: readonly string[];
  private readonly defaults: Readonly<Record<string, unknown>>;
  private readonly variants = new LRUCache<string, Variant>({ max: MAX_COMBINATIONS });

  constructor(schema: Schema, planned: Planned) {
    this.schema = schema;
    this.planned = planned;
    this.names = conditionVariables(planned.operation, planned.plan);
    this.defaults = planned.operation.collectDefaultedVariableValues();
  }

  /** @throws Unsupported before anything has run. */
  async run(variables: Readonly<Record<string, unknown>>, ask: Ask): Promise<Outcome> {
    const conditions = decide(this.names, this.defaults, variables);
    if (conditions === undefined) throw new Unsupported('a condition that is no Boolean');
    const { fetch, shape } = this.variant(conditions);
    const run: Run = {
      ask,
      variables,
      data: {},
      errors: [],
      loaders: new Map(),
      visited: new Visited(),
      shared: new Set(),
    };
    await fetch(run);
    const errors = run.errors.map((error) =>
      error instanceof GraphQLError ? errorInAnswer(error, this.planned.names) : error,
    );
    return answerOf(errors, shape(run.data, run.shared));
  }

  private variant(conditions: Conditions): Variant {
    const key = [...conditions.values()].map(Number).join('');
    const known = this.variants.get(key);
    if (known !== undefined) return known;
    const variant = {
      fetch: compilePlan(this.schema, this.planned, conditions),
      shape: compileShape(this.planned, conditions),
    };
    this.variants.set(key, variant);
    return variant;
  }
}
