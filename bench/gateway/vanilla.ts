/** Plain @apollo/gateway under Apollo Server, as their documentation sets them up: `vanilla.ts <supergraph file>`. */
import { readFileSync } from 'node:fs';

import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { forbidTelemetry } from '@metatron/platform/env';

import { present } from './contender.ts';

interface Context {
  readonly authorization?: string;
}

class PassingOn extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Context>): void {
    const { authorization = '' } = context as Context;
    request.http?.headers.set('authorization', authorization);
  }
}

const [, , supergraphFile = ''] = process.argv;
forbidTelemetry();
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  buildService: ({ url = '' }) => new PassingOn({ url }),
});
const server = new ApolloServer<Context>({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization ?? '' }),
});
present(url);
