/** What an explained request tells of itself: what it cost, how it was planned, and how long each part took. */
import type { ApolloGateway } from '@apollo/gateway';
import { Kind, parse, print, type InlineFragmentNode, type SelectionNode } from 'graphql';

import { LIMITS } from './pipeline/limit.ts';
import type { Fetch, Report, Step } from './report.ts';

type Configuration = NonNullable<ConstructorParameters<typeof ApolloGateway>[0]>;
type OnPlan = NonNullable<Configuration['experimental_didResolveQueryPlan']>;
type QueryPlan = Parameters<OnPlan>[0]['queryPlan'];
type PlanNode = NonNullable<QueryPlan['node']>;
type NodeOf<Name extends PlanNode['kind']> = Extract<PlanNode, { kind: Name }>;

interface Timing {
  readonly startedAt: number;
  readonly milliseconds: number;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

const nameOf = (selection: SelectionNode): string =>
  selection.kind === Kind.FIELD ? selection.name.value : print(selection);

/** What a fetch asks for: fields at the root, or fields of entities of some types. */
function readFetch({ operation }: NodeOf<'Fetch'>): { entities: string[]; selections: readonly SelectionNode[] } {
  const root = parse(operation, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  )?.selectionSet.selections;
  const [first] = root ?? [];
  if (first?.kind !== Kind.FIELD || first.name.value !== '_entities') return { entities: [], selections: root ?? [] };
  const ofTypes = (first.selectionSet?.selections ?? []).filter(
    (selection): selection is InlineFragmentNode => selection.kind === Kind.INLINE_FRAGMENT,
  );
  return {
    entities: ofTypes.flatMap((type) => type.typeCondition?.name.value ?? []),
    selections: ofTypes.flatMap((type) => type.selectionSet.selections),
  };
}

export class Explanation {
  cost = 0;
  plan: QueryPlan | undefined;
  private readonly requestedAt: number;
  private readonly timings = new Map<string, Timing[]>();

  constructor(requestedAt: number) {
    this.requestedAt = requestedAt;
  }

  /** A service has answered a fetch of the plan that was sent at `sentAt`. */
  fetched(service: string, operation: string, sentAt: number): void {
    const key = `${service} ${operation}`;
    const timing = { startedAt: sentAt - this.requestedAt, milliseconds: performance.now() - sentAt };
    this.timings.set(key, [...(this.timings.get(key) ?? []), timing]);
  }

  report(): Report {
    const milliseconds = rounded(performance.now() - this.requestedAt);
    const [plan = null] = this.plan?.node === undefined ? [] : this.steps(this.plan.node, '');
    return { cost: this.cost, limits: LIMITS, milliseconds, plan };
  }

  private steps(node: PlanNode, at: string): Step[] {
    switch (node.kind) {
      case 'Fetch':
        return [this.fetch(node, at)];
      case 'Flatten':
        return this.steps(node.node, node.path.filter((part) => part !== '@').join('.'));
      case 'Sequence':
      case 'Parallel': {
        const steps = node.nodes.flatMap((child) => this.steps(child, at));
        return [{ kind: node.kind === 'Sequence' ? 'sequence' : 'parallel', steps }];
      }
      case 'Condition':
        return this.branches(node, at);
      default:
        // The platform plans neither deferred parts nor subscriptions.
        return [];
    }
  }

  private branches({ condition, ifClause, elseClause }: NodeOf<'Condition'>, at: string): Step[] {
    const branch = (asked: string, clause: PlanNode | undefined): Step[] =>
      clause === undefined ? [] : [{ kind: 'condition', if: asked, steps: this.steps(clause, at) }];
    const both = [...branch(`$${condition}`, ifClause), ...branch(`not $${condition}`, elseClause)];
    return both.length > 1 ? [{ kind: 'sequence', steps: both }] : both;
  }

  private fetch(node: NodeOf<'Fetch'>, at: string): Fetch {
    const { entities, selections } = readFetch(node);
    // Fetches of the same text are answered in the order of the plan.
    const timing = this.timings.get(`${node.serviceName} ${node.operation}`)?.shift();
    return {
      kind: 'fetch',
      service: node.serviceName,
      at,
      entities,
      fields: [...new Set(selections.map(nameOf))].filter((name) => name !== '__typename'),
      selection: selections.map((selection) => print(selection)).join('\n'),
      startedAt: timing === undefined ? null : rounded(timing.startedAt),
      milliseconds: timing === undefined ? null : rounded(timing.milliseconds),
    };
  }
}
