/** The platform's executor in the place of Apollo's, which still runs what this one does not handle. */
import type { ApolloGateway } from '@apollo/gateway';
import { getVariableValues, type DocumentNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import { CompiledOperation } from './compile.ts';
import { createQueryPlanner, type Planned, type Planner } from './planner.ts';
import { Unsupported, type Ask } from './run.ts';

type Load = ApolloGateway['load'];
type Loaded = Awaited<ReturnType<Load>>;
type Executor = Loaded['executor'];
type ExecutorContext = Parameters<Executor>[0];
type ExecutorResult = Awaited<ReturnType<Executor>>;

/** What of `ApolloGateway` the platform's own stages stand on. */
export type PlanningGateway = Pick<ApolloGateway, 'load' | 'onSchemaLoadOrUpdate' | 'stop'>;

const MAX_OPERATIONS = 1_000;

export interface ExecutorOptions {
  readonly inner: PlanningGateway;
  /** Asks subgraphs for one request. */
  readonly ask: (context: ExecutorContext['context']) => Ask;
  /** An operation went to Apollo's executor. */
  readonly onFallback: (reason: string) => void;
  readonly onPlan: (context: ExecutorContext['context'], plan: Planned['plan']) => void;
}

/** A request as the executor's own compiled operations take it. */
interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Known {
  readonly planned: Planned;
  readonly compiled: CompiledOperation;
}

/** Apollo's gateway with another executor: what is behind it composes, updates and plans. */
export class CompilingGateway implements PlanningGateway {
  private readonly options: ExecutorOptions;
  private readonly operations = new LRUCache<string, Known | Unsupported>({ max: MAX_OPERATIONS });
  private planner: Planner | undefined;

  constructor(options: ExecutorOptions) {
    this.options = options;
  }

  readonly load = async (options: Parameters<Load>[0]): Promise<Loaded> => {
    this.options.inner.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
      this.planner = createQueryPlanner(coreSupergraphSdl);
      this.operations.clear();
    });
    const loaded = await this.options.inner.load(options);
    return { ...loaded, executor: (context) => this.execute(context, loaded.executor) };
  };

  readonly onSchemaLoadOrUpdate: ApolloGateway['onSchemaLoadOrUpdate'] = (callback) =>
    this.options.inner.onSchemaLoadOrUpdate(callback);

  readonly stop = (): Promise<void> => this.options.inner.stop();

  private async execute(context: ExecutorContext, apollo: Executor): Promise<ExecutorResult> {
    try {
      return (await this.run(context)) as ExecutorResult;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.options.onFallback(error.reason);
      return apollo(context);
    }
  }

  private run(context: ExecutorContext): Promise<ExecutionResult> | ExecutionResult {
    const prepared = prepare(context);
    const { variableDefinitions = [] } = prepared.operation;
    const { errors } =
      variableDefinitions.length === 0
        ? { errors: undefined }
        : getVariableValues(context.schema, variableDefinitions, prepared.variables);
    if (errors !== undefined) return { errors };
    const { planned, compiled } = this.operation(context);
    this.options.onPlan(context.context, planned.plan);
    return compiled.run(prepared.variables, this.options.ask(context.context));
  }

  /** Planned and compiled when it first comes. @throws Unsupported */
  private operation({ queryHash, operationName, document }: ExecutorContext): Known {
    const key = `${queryHash} ${operationName ?? ''}`;
    const known = this.operations.get(key) ?? this.compile(document, operationName ?? undefined);
    this.operations.set(key, known);
    if (known instanceof Unsupported) throw known;
    return known;
  }

  private compile(document: DocumentNode, operationName: string | undefined): Known | Unsupported {
    if (this.planner === undefined) throw new Error('the gateway has not loaded its supergraph');
    const planned = this.planner.plan(document, operationName);
    try {
      return { planned, compiled: new CompiledOperation(this.planner.schema, planned) };
    } catch (error) {
      if (error instanceof Unsupported) return error;
      throw error;
    }
  }
}

function prepare({ document, operation, request }: ExecutorContext): Prepared {
  return { document, operation, variables: (request.variables ?? {}) as Prepared['variables'] };
}
