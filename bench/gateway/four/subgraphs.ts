/** The four subgraphs as graphql-js runs them, over what stands in memory. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLSchema } from 'graphql';

import { products, productsByUpc, reviewsByAuthor, reviewsByProduct, users, usersById, type Review } from './data.ts';
import { services, typeDefsOf, type Service } from './schemas.ts';

interface UserReference {
  readonly id: string;
}

interface ProductReference {
  readonly upc: string;
  readonly price?: number;
  readonly weight?: number;
}

const HEAVY_PRICE = 1_000;

/** What is dear is sent for nothing. */
const shippingEstimate = ({ price = 0, weight = 0 }: ProductReference): number =>
  price > HEAVY_PRICE ? 0 : Math.round(weight / 2);

const resolvers = {
  users: {
    Query: { users: () => users },
    User: { __resolveReference: ({ id }: UserReference) => usersById.get(id) },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: ProductReference) => productsByUpc.get(upc) },
  },
  inventory: {
    Product: {
      __resolveReference: (reference: ProductReference) => ({
        ...reference,
        inStock: productsByUpc.get(reference.upc)?.inStock,
      }),
      shippingEstimate,
    },
  },
  reviews: {
    Review: {
      author: ({ authorId }: Review) => usersById.get(authorId),
      product: ({ upc }: Review) => ({ upc }),
    },
    User: {
      __resolveReference: (reference: UserReference) => reference,
      reviews: ({ id }: UserReference) => reviewsByAuthor.get(id) ?? [],
    },
    Product: {
      __resolveReference: (reference: ProductReference) => reference,
      reviews: ({ upc }: ProductReference) => reviewsByProduct.get(upc) ?? [],
    },
  },
};

/** Their executable schemas. */
export const buildSchemas = (): ReadonlyMap<Service, GraphQLSchema> =>
  new Map(
    services.map((service) => [
      service,
      buildSubgraphSchema([{ typeDefs: typeDefsOf(service), resolvers: resolvers[service] as object as never }]),
    ]),
  );
