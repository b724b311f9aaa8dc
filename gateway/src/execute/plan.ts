/** Compiles a query plan into closures: what can be decided from the plan is decided once. */
import type { Schema } from '@apollo/federation-internals';
import type { FetchNode, PlanNode } from '@apollo/query-planner';

import { brings } from './brings.ts';
import type { Conditions } from './conditions.ts';
import type { Position } from './exchange.ts';
import { compileFetch } from './fetch.ts';
import type { Planned } from './planner.ts';
import { Unsupported, type Run, type Step } from './run.ts';
import type { Path } from './walk.ts';

interface Placed {
  readonly node: FetchNode;
  readonly path: Path;
}

/** The fetches of a plan with the paths that they go on from. */
function fetchesOf(node: PlanNode | undefined, path: Path): Placed[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ node, path }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesOf(child, path));
    case 'Condition':
      return [...fetchesOf(node.ifClause, path), ...fetchesOf(node.elseClause, path)];
    default:
      return [];
  }
}

/** The same for fetches that ask the same of entities. */
function selectionKey({ serviceName, operation, requires }: FetchNode): string | undefined {
  const isQuery = operation.startsWith('query');
  return requires === undefined || !isQuery
    ? undefined
    : `${serviceName} ${operation.replace(/^query\s+\w+/, 'query')}`;
}

const startsWith = (path: Path, start: Path): boolean => start.every((part, index) => path[index] === part);

const sequence =
  (steps: readonly Step[]): Step =>
  async (run) => {
    for (const step of steps) await step(run);
  };

const parallel =
  (steps: readonly Step[]): Step =>
  async (run) => {
    await Promise.all(steps.map(async (step) => step(run)));
  };

class PlanCompiler {
  private readonly schema: Schema;
  private readonly conditions: Conditions;
  private readonly fetches: readonly Placed[];
  private readonly isQuery: boolean;

  constructor(schema: Schema, conditions: Conditions, root: PlanNode, isQuery: boolean) {
    this.isQuery = isQuery;
    this.schema = schema;
    this.conditions = conditions;
    this.fetches = fetchesOf(root, []);
  }

  /** Undefined when under these conditions there is nothing to do. */
  compile(node: PlanNode | undefined, path: Path): Step | undefined {
    switch (node?.kind) {
      case undefined:
        return undefined;
      case 'Fetch':
        return compileFetch(node, this.position(node, path));
      case 'Flatten':
        if (path.length > 0) throw new Unsupported('nested flatten');
        return this.compile(node.node, node.path);
      case 'Sequence':
        return this.all(node.nodes, path, sequence);
      case 'Parallel':
        return this.all(node.nodes, path, parallel);
      case 'Condition':
        return this.compile(this.conditions.get(node.condition) === true ? node.ifClause : node.elseClause, path);
      default:
        throw new Unsupported('defer');
    }
  }

  private all(nodes: readonly PlanNode[], path: Path, join: (steps: readonly Step[]) => Step): Step | undefined {
    const steps = nodes.map((node) => this.compile(node, path)).filter((step) => step !== undefined);
    return steps.length > 1 ? join(steps) : steps[0];
  }

  private position(node: FetchNode, path: Path): Position {
    // Between two fetches of a mutation there may have been another mutation.
    const key = this.isQuery ? selectionKey(node) : undefined;
    const isShared = key !== undefined && this.fetches.filter((other) => selectionKey(other.node) === key).length > 1;
    return {
      schema: this.schema,
      path,
      isGoneOnFrom: this.isGoneOnFrom(node, path),
      hasOneSource: this.fetches.filter((other) => brings(other.node, other.path, path)).length === 1,
      sharedKey: isShared ? key : undefined,
    };
  }

  private isGoneOnFrom(node: FetchNode, path: Path): boolean {
    return this.fetches.some((other) => other.node !== node && startsWith(other.path, path));
  }
}

const nothing: Step = () => undefined;

/** @throws Unsupported for a plan that Apollo's own executor must run. */
export function compilePlan(
  schema: Schema,
  { operation, plan: { node } }: Planned,
  conditions: Conditions,
): (run: Run) => Promise<void> | undefined {
  if (node === undefined) return nothing;
  if (node.kind === 'Subscription') throw new Unsupported('subscription');
  return new PlanCompiler(schema, conditions, node, operation.rootKind === 'query').compile(node, []) ?? nothing;
}
