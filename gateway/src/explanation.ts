/** What an explained request tells of itself: what it cost, how it was planned, and how long each part took. */
import type { ApolloGateway } from '@apollo/gateway';
import { Kind, parse, print, type InlineFragmentNode, type SelectionNode } from 'graphql';

import { LIMITS } from './limit.ts';

type Configuration = NonNullable<ConstructorParameters<typeof ApolloGateway>[0]>;
type OnPlan = NonNullable<Configuration['experimental_didResolveQueryPlan']>;
export type QueryPlan = Parameters<OnPlan>[0]['queryPlan'];
type PlanNode = NonNullable<QueryPlan['node']>;
type FetchNode = Extract<PlanNode, { kind: 'Fetch' }>;

/** A part of a plan, without addresses: a service's name, and GraphQL that the caller asked for. */
export type Step =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly Step[] }
  | { readonly kind: 'condition'; readonly if: string; readonly steps: readonly Step[] }
  | {
      readonly kind: 'fetch';
      readonly service: string;
      /** Where in the answer the entities are that it completes; empty at the root. */
      readonly at: string;
      readonly entities: readonly string[];
      readonly fields: readonly string[];
      readonly selection: string;
      /** Null for a fetch that nothing needed to be asked. */
      readonly milliseconds: number | null;
    };

export interface Report {
  readonly cost: number;
  readonly limits: typeof LIMITS;
  readonly milliseconds: number;
  /** Null when no service was asked. */
  readonly plan: Step | null;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

const nameOf = (selection: SelectionNode): string =>
  selection.kind === Kind.FIELD ? selection.name.value : `... ${print(selection)}`;

/** What a fetch asks for: fields at the root, or fields of entities of some types. */
function readFetch({ operation }: FetchNode): { entities: string[]; selections: readonly SelectionNode[] } {
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
  private readonly times = new Map<string, number[]>();

  /** A service answered a fetch of the plan. */
  fetched(service: string, operation: string, milliseconds: number): void {
    const key = `${service} ${operation}`;
    this.times.set(key, [...(this.times.get(key) ?? []), milliseconds]);
  }

  report(milliseconds: number): Report {
    const node = this.plan?.node;
    const plan = node === undefined ? null : (this.step(node, '') ?? null);
    return { cost: this.cost, limits: LIMITS, milliseconds: rounded(milliseconds), plan };
  }

  private step(node: PlanNode, at: string): Step | undefined {
    switch (node.kind) {
      case 'Fetch':
        return this.fetch(node, at);
      case 'Flatten':
        return this.step(node.node, node.path.filter((part) => part !== '@').join('.'));
      case 'Sequence':
      case 'Parallel':
        return {
          kind: node.kind === 'Sequence' ? 'sequence' : 'parallel',
          steps: node.nodes.flatMap((child) => this.step(child, at) ?? []),
        };
      case 'Condition': {
        const branch = (condition: string, clause: PlanNode | undefined): Step[] => {
          const step = clause === undefined ? undefined : this.step(clause, at);
          return step === undefined ? [] : [{ kind: 'condition', if: condition, steps: [step] }];
        };
        const steps = [
          ...branch(`$${node.condition}`, node.ifClause),
          ...branch(`not $${node.condition}`, node.elseClause),
        ];
        return steps.length === 1 ? steps[0] : { kind: 'sequence', steps };
      }
      default:
        // The platform plans neither deferred parts nor subscriptions.
        return undefined;
    }
  }

  private fetch(node: FetchNode, at: string): Step {
    const { entities, selections } = readFetch(node);
    // Fetches of the same text are answered in the order of the plan.
    const took = this.times.get(`${node.serviceName} ${node.operation}`)?.shift();
    return {
      kind: 'fetch',
      service: node.serviceName,
      at,
      entities,
      fields: [...new Set(selections.map(nameOf))].filter((name) => name !== '__typename'),
      selection: selections.map((selection) => print(selection)).join('\n'),
      milliseconds: took === undefined ? null : rounded(took),
    };
  }
}
