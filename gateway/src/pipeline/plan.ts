/** Stage `plan`: how what is left of the operation is fetched. Planned and compiled when it first comes. */
import { getVariableValues, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import { CompiledOperation } from '../execute/compile.ts';
import { createQueryPlanner, type Planned as QueryPlanned, type Planner as QueryPlanner } from '../execute/planner.ts';
import type { PlannerNames } from '../execute/planNames.ts';
import { Unsupported } from '../execute/run.ts';
import type { Decision } from './decide.ts';
import type { Authorised, Planned } from './flow.ts';
import { InvalidRequest } from './refusal.ts';

const MAX_PLANS = 1_000;
/** Of a request's variables: a list of a hundred thousand may be wrong at each place. */
const MAX_FAULTS = 5;

/** An operation that is ready to run, or why it is left to Apollo's own executor. */
export type Plan = { readonly planned: QueryPlanned; readonly compiled: CompiledOperation } | Unsupported;

export interface PlannerOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The composed supergraph; undefined when Apollo plans and runs everything. */
  readonly supergraphSdl: string | undefined;
  /** The fields that the planner adds. */
  readonly reserved: PlannerNames;
}

function compile(planner: QueryPlanner, document: DocumentNode, operation: OperationDefinitionNode): Plan {
  const planned = planner.plan(document, operation.name?.value);
  try {
    return { planned, compiled: new CompiledOperation(planner.schema, planned) };
  } catch (error) {
    if (error instanceof Unsupported) return error;
    throw error;
  }
}

/** The plans over one supergraph. */
export class Planner {
  private readonly schema: GraphQLSchema;
  private readonly planner: QueryPlanner | undefined;
  /** By the operation as it is left after denials: another role's has a node of its own. */
  private readonly plans = new LRUCache<OperationDefinitionNode, Plan>({ max: MAX_PLANS });

  constructor({ schema, supergraphSdl, reserved }: PlannerOptions) {
    this.schema = schema;
    this.planner = supergraphSdl === undefined ? undefined : createQueryPlanner(supergraphSdl, reserved);
  }

  /** @throws InvalidRequest for variables that do not fit. */
  plan(authorised: Authorised): Planned {
    const { asked, context } = authorised;
    const { decision } = authorised;
    if (decision.document === undefined) return { ...authorised, plan: undefined };
    this.checkVariables(decision.operation, asked.variables);
    const plan = this.planOf(decision);
    const { explanation } = context;
    if (explanation !== undefined && plan !== undefined && !(plan instanceof Unsupported))
      explanation.plan = plan.planned.plan;
    return { ...authorised, plan };
  }

  private checkVariables(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): void {
    const definitions = operation.variableDefinitions ?? [];
    if (definitions.length === 0) return;
    const options = { hideSuggestions: true, maxErrors: MAX_FAULTS };
    const { errors } = getVariableValues(this.schema, definitions, variables, options);
    if (errors !== undefined) throw new InvalidRequest('BAD_USER_INPUT', errors);
  }

  /** Undefined when nothing is left for the services, or Apollo's own executor plans it. */
  planOf({ document, operation }: Decision): Plan | undefined {
    if (document === undefined || this.planner === undefined) return undefined;
    const known = this.plans.get(operation);
    if (known !== undefined) return known;
    const plan = compile(this.planner, document, operation);
    this.plans.set(operation, plan);
    return plan;
  }
}
