/** Both executors over one supergraph: the same plan, the same subgraphs, answers side by side. */
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { getOperationAST, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

import { namesOfPlanner, planNamesOf, type PlannerNames } from '../../src/execute/planNames.ts';
import { CompiledOperation } from '../../src/execute/compile.ts';
import type { Planned } from '../../src/execute/planner.ts';
import { inCallersNames } from '../../src/pipeline/callersNames.ts';

import type { Generated } from './generate.ts';
import { MockSubgraph } from './mockSubgraph.ts';
import type { World } from './world.ts';

/** What the two executors answered. */
export interface Answers {
  readonly apollo: ExecutionResult;
  readonly own: ExecutionResult;
}

/** What a subgraph says to a sub-operation. */
export type Answer = (
  service: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult>;

type ServiceMap = Parameters<typeof executeQueryPlan>[1];
type RequestContext = Parameters<typeof executeQueryPlan>[2];

const asAnswer = (error: unknown): ExecutionResult => ({ errors: [error as never] });

/** As the client would have it. */
const told = (answer: ExecutionResult): ExecutionResult => JSON.parse(JSON.stringify(answer)) as ExecutionResult;

export class Bed {
  /** What clients see. */
  readonly api: GraphQLSchema;
  private readonly supergraph: Supergraph;
  private readonly supergraphSchema: GraphQLSchema;
  private readonly planner: QueryPlanner;
  private readonly reserved: PlannerNames;
  private readonly subgraphs: ReadonlyMap<string, MockSubgraph>;

  constructor(sdl: string) {
    this.supergraph = Supergraph.build(sdl, { validateSupergraph: false });
    this.supergraphSchema = this.supergraph.schema.toGraphQLJSSchema();
    this.api = this.supergraph.apiSchema().toGraphQLJSSchema();
    this.planner = new QueryPlanner(this.supergraph);
    this.reserved = namesOfPlanner(sdl);
    const mocks = [...this.supergraph.subgraphs().values()].map(
      ({ name, schema }) => new MockSubgraph(name, schema.toGraphQLJSSchema()),
    );
    this.subgraphs = new Map(mocks.map((mock) => [mock.name, mock]));
  }

  /** @throws where Apollo's planner fails, whoever executes. */
  plan(text: string): Planned {
    const names = planNamesOf(parse(text, { noLocation: true }), this.reserved);
    const operation = operationFromDocument(this.supergraph.apiSchema(), names.document);
    return { operation, plan: this.planner.buildQueryPlan(operation), names };
  }

  /** The subgraphs of one world. */
  inWorld(world: World): Answer {
    return (service, query, variables) => this.mock(service).answer(world, query, variables);
  }

  /** Runs one operation with both executors. */
  async compare(planned: Planned, operation: Generated, answer: Answer): Promise<Answers> {
    const apollo = await this.run('apollo', planned, operation, answer);
    return { apollo, own: await this.run('own', planned, operation, answer) };
  }

  /** Runs one operation with one executor; the answer is the one that a client would have. */
  async run(
    executor: 'apollo' | 'own',
    planned: Planned,
    { text, variables }: Generated,
    answer: Answer,
  ): Promise<ExecutionResult> {
    const document = parse(text, { noLocation: true });
    const running =
      executor === 'own'
        ? this.runOwn(planned, variables, answer)
        : this.runApollo(planned, document, variables, answer);
    return told(await running.catch(asAnswer));
  }

  private async runOwn(planned: Planned, variables: Generated['variables'], answer: Answer): Promise<ExecutionResult> {
    const operation = new CompiledOperation(this.supergraph.schema, planned);
    const { json = 'null', ...told } = await operation.run(variables, async (service, request) =>
      answer(service, request.query, request.variables),
    );
    return { ...told, data: JSON.parse(json) as ExecutionResult['data'] } as ExecutionResult;
  }

  private async runApollo(
    { plan, names }: Planned,
    document: DocumentNode,
    variables: Generated['variables'],
    answer: Answer,
  ): Promise<ExecutionResult> {
    const services = [...this.subgraphs.keys()].map((name) => [
      name,
      {
        process: ({ request }: { request: { query?: string; variables?: Record<string, unknown> } }) =>
          answer(name, request.query ?? '', request.variables ?? {}),
      },
    ]);
    const request = { request: { variables }, context: {}, metrics: {} } as unknown as RequestContext;
    const operation = buildOperationContext({ schema: this.api, operationDocument: names.document });
    const result = await executeQueryPlan(
      plan,
      Object.fromEntries(services) as ServiceMap,
      request,
      operation,
      this.supergraphSchema,
      this.supergraph.apiSchema(),
    );
    const asked = getOperationAST(document);
    if (asked == null) throw new Error('there is no operation');
    return inCallersNames(document, asked, names, result as ExecutionResult);
  }

  private mock(service: string): MockSubgraph {
    const mock = this.subgraphs.get(service);
    if (mock === undefined) throw new Error(`there is no subgraph ${service}`);
    return mock;
  }
}
