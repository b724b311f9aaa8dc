/**
 * Apollo's gateway behind the platform's stages: limit and authorise before it plans, complete
 * after it has executed.
 */
import type { ApolloGateway } from '@apollo/gateway';
import { personOf } from '@metatron/platform/access/decide';
import type { Person } from '@metatron/platform/access/matrix';
import { PublicError } from '@metatron/platform/errors';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import { LRUCache } from 'lru-cache';
import { GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

import type { AccessTable } from './accessTable.ts';
import { authorise, type Authorised } from './authorise.ts';
import { complete } from './complete.ts';
import { coordinatesOf, rootCoordinates } from './deniedFields.ts';
import type { PlanningGateway } from './execute/executor.ts';
import { introspect } from './introspect.ts';
import { limit, refuseTenantId } from './limit.ts';
import type { RequestContext } from './requestContext.ts';
import { visibleSchema } from './visibleSchema.ts';

type Load = ApolloGateway['load'];
type Loaded = Awaited<ReturnType<Load>>;
type Executor = NonNullable<Loaded['executor']>;
type ExecutorContext = Parameters<Executor>[0];
type ExecutorResult = Awaited<ReturnType<Executor>>;

const MAX_DECISIONS = 2_000;

/** The whole request is refused: nothing of it ran. */
function refuse(error: unknown): ExecutorResult {
  if (!(error instanceof PublicError)) throw error;
  return {
    errors: [new GraphQLError(error.message, { extensions: { code: error.code, http: { status: 400 } } })],
  } as ExecutorResult;
}

/** What the services gave, with what the schema says of itself. */
function merge(fetched: ExecutorResult | undefined, introspected: ExecutionResult): ExecutorResult {
  if (fetched?.data === null) return fetched;
  const errors = [...(fetched?.errors ?? []), ...(introspected.errors ?? [])];
  const data = { ...fetched?.data, ...introspected.data };
  return { ...fetched, data, ...(errors.length === 0 ? {} : { errors }) } as ExecutorResult;
}

/** The gateway that Apollo Server is given. */
export class GuardedGateway {
  private readonly inner: PlanningGateway;
  private readonly buildTable: (schema: GraphQLSchema) => Promise<AccessTable>;
  private readonly decisions = new LRUCache<string, Authorised>({ max: MAX_DECISIONS });
  private readonly visibleSchemas = new Map<Person, GraphQLSchema>();
  /** What a decision denied, by its names in the schema. */
  private readonly names = new WeakMap<Authorised, readonly string[]>();
  private readonly events: Pick<SecurityEvents, 'note'>;
  private table: AccessTable | undefined;

  constructor(
    inner: PlanningGateway,
    buildTable: (schema: GraphQLSchema) => Promise<AccessTable>,
    events: Pick<SecurityEvents, 'note'>,
  ) {
    this.inner = inner;
    this.buildTable = buildTable;
    this.events = events;
  }

  readonly load = async (options: Parameters<Load>[0]): Promise<Loaded> => {
    let latest: GraphQLSchema | undefined;
    const unsubscribe = this.inner.onSchemaLoadOrUpdate(({ apiSchema }) => (latest = apiSchema));
    const loaded = await this.inner.load(options);
    unsubscribe();
    if (latest === undefined) throw new Error('the gateway loaded no schema');
    this.table = await this.buildTable(latest);
    return { ...loaded, executor: (context) => this.execute(context, loaded.executor) };
  };

  readonly onSchemaLoadOrUpdate: ApolloGateway['onSchemaLoadOrUpdate'] = (callback) =>
    this.inner.onSchemaLoadOrUpdate(callback);

  readonly stop = (): Promise<void> => this.inner.stop();

  private async execute(context: ExecutorContext, executor: Executor): Promise<ExecutorResult> {
    const { explanation } = context.context as unknown as RequestContext;
    const result = await this.answer(context, executor);
    // What is refused as a whole was never planned.
    if (explanation === undefined || result.data === undefined) return result;
    return { ...result, extensions: { ...result.extensions, explain: explanation.report() } };
  }

  private async answer(context: ExecutorContext, executor: Executor): Promise<ExecutorResult> {
    const person = personOf((context.context as unknown as RequestContext).caller.identity);
    let authorised: Authorised;
    try {
      authorised = this.admit(context, person);
    } catch (error) {
      return refuse(error);
    }
    const { denied, introspection } = authorised;
    if (denied.size === 0 && introspection === undefined) return executor(context);
    const result = await this.executeAllowed(context, executor, authorised, person);
    const refusal =
      person === 'anonymous'
        ? { code: 'UNAUTHENTICATED', message: 'Sign in first.' }
        : { code: 'FORBIDDEN', message: 'You may not use this.' };
    const { document, operation, request } = context;
    const variables = request.variables ?? {};
    return complete({ document, operation, denied, refusal, variables }, result as never) as ExecutorResult;
  }

  /** What of an operation may run. @throws PublicError when the whole of it is refused. */
  private admit(context: ExecutorContext, person: Person): Authorised {
    const { caller, explanation } = context.context as unknown as RequestContext;
    const { schema, document, operation } = context;
    const variables = (context.request.variables ?? {}) as Record<string, unknown>;
    const { identity } = caller;
    const cost = limit({ schema, document, operation, variables, identity });
    if (explanation !== undefined) explanation.cost = cost;
    const authorised = this.authorised(context, person);
    this.noteDenied(context, authorised, person);
    try {
      const allowed = authorised.document;
      if (allowed !== undefined) refuseTenantId({ schema, document: allowed, variables, identity });
    } catch (error) {
      this.events.note({ kind: 'tenant_named', caller, coordinates: rootCoordinates(schema, document, operation) });
      throw error;
    }
    return authorised;
  }

  /** Another operation of the same document may be denied what this one does not ask for. */
  private noteDenied(
    { schema, document, operation, context }: ExecutorContext,
    decided: Authorised,
    person: Person,
  ): void {
    const { denied } = decided;
    if (denied.size === 0) return;
    const { caller } = context as unknown as RequestContext;
    const known = this.names.get(decided);
    const coordinates = known ?? coordinatesOf(schema, document, operation, (field) => denied.has(field));
    this.names.set(decided, coordinates);
    const kind = person === 'anonymous' ? 'sign_in_required' : 'field_denied';
    if (coordinates.length > 0) this.events.note({ kind, caller, coordinates });
  }

  /** What is left of an operation, from the services and from the schema; undefined when nothing is. */
  private async executeAllowed(
    context: ExecutorContext,
    executor: Executor,
    { document, introspection }: Authorised,
    person: Person,
  ): Promise<ExecutorResult | undefined> {
    // Plans are cached by hash: a rewritten operation has one of its own, or another role is served its plan.
    const queryHash = `${context.queryHash} ${person}`;
    const fetched = document === undefined ? undefined : await executor({ ...context, document, queryHash });
    if (introspection === undefined) return fetched;
    const { operationName, request, schema } = context;
    const variables = request.variables ?? {};
    const seen = this.visible(schema, person);
    return merge(fetched, introspect(seen, introspection, operationName ?? undefined, variables));
  }

  /** Made when a person of the matrix first asks. */
  private visible(schema: GraphQLSchema, person: Person): GraphQLSchema {
    const made = this.visibleSchemas.get(person) ?? visibleSchema(schema, this.accessTable()[person], person);
    this.visibleSchemas.set(person, made);
    return made;
  }

  private authorised(context: ExecutorContext, person: Person): Authorised {
    const key = `${person} ${context.operationName ?? ''} ${context.queryHash}`;
    const known = this.decisions.get(key);
    // The denied fields are nodes of one parsed document: another parse has nodes of its own.
    if (known?.source === context.document) return known;
    const request = {
      document: context.document,
      operationName: context.operationName ?? undefined,
      isMutation: context.operation.operation === OperationTypeNode.MUTATION,
    };
    const decided = authorise(context.schema, this.accessTable(), request, person);
    this.decisions.set(key, decided);
    return decided;
  }

  private accessTable(): AccessTable {
    if (this.table === undefined) throw new Error('the access table is not built');
    return this.table;
  }
}
