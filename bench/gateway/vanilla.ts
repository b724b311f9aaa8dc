/**
 * Plain @apollo/gateway under Apollo Server, as their documentation sets them up: `vanilla.ts <supergraph file> [answer
 * file]`. With an answer, which lies beside the supergraph, it plans and asks nothing, but gives that one: what is left
 * is Apollo Server's own part.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { forbidTelemetry } from '@metatron/platform/env';

import { present } from './contender.ts';

const [, , supergraphFile = '', answerFile] = process.argv;

interface Context {
  readonly authorization?: string;
}

class PassingOn extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Context>): void {
    const { authorization = '' } = context as Context;
    request.http?.headers.set('authorization', authorization);
  }
}

type Gateway = Pick<ApolloGateway, 'load' | 'onSchemaLoadOrUpdate' | 'stop'>;
type Executor = Awaited<ReturnType<Gateway['load']>>['executor'];

function answering(gateway: Gateway, answerFile: string): Gateway {
  const answer = JSON.parse(readFileSync(join(dirname(supergraphFile), answerFile), 'utf8')) as Awaited<
    ReturnType<Executor>
  >;
  return {
    load: async (options) => ({ ...(await gateway.load(options)), executor: () => Promise.resolve(answer) }),
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
  };
}

forbidTelemetry();
const apollo = new ApolloGateway({
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  buildService: ({ url = '' }) => new PassingOn({ url }),
});
const gateway = answerFile === undefined ? apollo : answering(apollo, answerFile);
const server = new ApolloServer<Context>({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization ?? '' }),
});
present(url);
