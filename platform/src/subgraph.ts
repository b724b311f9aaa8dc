/**
 * A domain as an Apollo subgraph. It runs inside the gateway's process or alone behind HTTP, with
 * the same schema, checks and answers: both go through what is made here.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { PrismaPg } from '@prisma/adapter-pg';
import { Kind, type DocumentNode, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';

import { shieldSubgraph } from './access/shield.ts';
import { createContext, type ContextSource, type PlatformServices, type SubgraphContext } from './context.ts';
import { ClientCache } from './database/connections.ts';
import type { RawClient } from './database/rawClient.ts';
import type { Domain } from './domains.ts';
import { toPublicError } from './errors.ts';
import type { Caller } from './identity.ts';
import type { Logger } from './log.ts';
import { readsOf } from './read/columns.ts';
import { refusalsExtension } from './refusals.ts';
import type { Exchange, Route, Serve } from './routes.ts';
import { internalEnumValue, type ExpandedSchema } from './sdl/expand.ts';
import { readSchema } from './sdl/files.ts';
import { scalars } from './sdl/scalars.ts';
import { SubOperations } from './subOperations.ts';

type Resolvers = NonNullable<
  Parameters<typeof buildSubgraphSchema>[0] extends readonly (infer Module)[]
    ? Module extends { resolvers?: infer R }
      ? R
      : never
    : never
>;

/** Answers one request of a route, as the caller of the context. */
export type RouteHandler<Client> = (exchange: Exchange, ctx: SubgraphContext<Client>) => Promise<void>;

/** What a domain brings: its name, its resolvers and its Prisma client. */
export interface SubgraphOptions<Client extends RawClient & object> {
  readonly domain: Domain;
  readonly resolvers: object;
  /** For a domain with routes of its own (routes.ts): who answers each of them. */
  readonly routes?: Readonly<Record<Route, RouteHandler<Client>>>;
  readonly createClient: (adapter: PrismaPg) => Client;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  readonly caller: Caller;
}

/** A running subgraph. */
export interface Subgraph {
  readonly domain: Domain;
  readonly schema: GraphQLSchema;
  createContext(caller: Caller): SubgraphContext<unknown>;
  execute(request: SubgraphRequest): Promise<ExecutionResult>;
  /** Answers the domain's routes. */
  readonly serve: Serve;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

export interface SubgraphDefinition {
  readonly domain: Domain;
  start(services: PlatformServices): Promise<Subgraph>;
}

/** Each enum value stands for the text that is stored, so that no resolver translates. */
function enumResolvers({ definitions }: DocumentNode): Record<string, Record<string, string>> {
  const enums = definitions.filter(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value !== 'UserErrorCode',
  );
  return Object.fromEntries(
    enums.map((definition) => {
      const { name, values = [] } = definition as {
        name: { value: string };
        values?: readonly { name: { value: string } }[];
      };
      return [
        name.value,
        Object.fromEntries(values.map((value) => [value.name.value, internalEnumValue(name.value, value.name.value)])),
      ];
    }),
  );
}

function entityTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const keyed = definitions
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ directives }) => directives?.some(({ name }) => name.value === 'key') === true);
  return new Set(keyed.map(({ name }) => name.value));
}

/** The subgraph's executable schema, shielded. */
export async function buildSchema(
  domain: Domain,
  { document }: ExpandedSchema,
  resolvers: object,
): Promise<GraphQLSchema> {
  const all = { ...scalars, ...enumResolvers(document), ...resolvers } as Resolvers;
  return shieldSubgraph(buildSubgraphSchema([{ typeDefs: document, resolvers: all }]), domain, entityTypes(document));
}

/** An error as it leaves a subgraph: a code, a message, a path; the cause goes to the log. */
export function formatError(
  error: unknown,
  path: readonly (string | number)[] | undefined,
  log: Logger,
  requestId: string,
): GraphQLFormattedError {
  const { code, message } = toPublicError(error);
  if (code === 'INTERNAL_SERVER_ERROR') log.error({ requestId, path, err: describe(error) }, 'a resolver failed');
  return { message, ...(path === undefined ? {} : { path }), extensions: { code } };
}

/** Prisma's messages hold the query and its values: only name, code and the first line are logged. */
function describe(error: unknown): object {
  const cause = (error as { originalError?: unknown }).originalError ?? error;
  if (!(cause instanceof Error)) return { type: typeof cause };
  const { name, stack } = cause;
  const frames = stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  const isPrisma = name.startsWith('PrismaClient') || name === 'DriverAdapterError';
  return {
    name,
    code: (cause as { code?: unknown }).code,
    ...(isPrisma ? { kind: prismaKind(cause) } : { message: cause.message }),
    frames,
  };
}

function prismaKind(cause: Error): unknown {
  const { meta } = cause as {
    meta?: { driverAdapterError?: { cause?: { kind?: string; originalCode?: string; originalMessage?: string } } };
  };
  const driver = meta?.driverAdapterError?.cause;
  return driver === undefined
    ? undefined
    : { kind: driver.kind, state: driver.originalCode, message: driver.originalMessage };
}

/** Defines a subgraph; nothing runs until `start`. */
export function defineSubgraph<Client extends RawClient & object>({
  domain,
  resolvers,
  routes = {},
  createClient,
}: SubgraphOptions<Client>): SubgraphDefinition {
  return {
    domain,
    async start(services) {
      const expanded = readSchema(domain);
      const schema = await buildSchema(domain, expanded, resolvers);
      const clients = new ClientCache(services.connections, domain, createClient);
      const source: ContextSource<Client> = { domain, services, clients, lists: expanded.lists };
      const operations = new SubOperations(schema, readsOf(resolvers));
      await services.connections.warm(domain);
      return {
        domain,
        schema,
        createContext: (caller) => createContext(source, caller),
        async execute({ query, variables, operationName, caller }) {
          const operation = operations.read(query);
          const contextValue = createContext(source, caller, operation.shown);
          const executed = await operation.execute({ contextValue, variables, operationName });
          const result = { ...executed, ...refusalsExtension(contextValue.refusals) };
          if (result.errors === undefined) return result;
          const errors = result.errors.map((error) => formatError(error, error.path, services.log, caller.requestId));
          return { ...result, errors } as unknown as ExecutionResult;
        },
        async serve(route, exchange) {
          const handler = routes[route];
          if (handler === undefined) throw new Error(`${domain} does not answer ${route}`);
          await handler(exchange, createContext(source, exchange.caller));
        },
        ping: async () => {
          await clients.get('service', null).$queryRawUnsafe('SELECT 1');
        },
      };
    },
  };
}

/** Loads a domain's subgraph by the registry's name. */
export async function loadSubgraph(domain: Domain): Promise<SubgraphDefinition> {
  const module = (await import(`@metatron/${domain}`)) as { default: SubgraphDefinition };
  return module.default;
}
