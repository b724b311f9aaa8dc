/** The well-known federation benchmark: users, products, their stock, and reviews that lead from each to the other. */
import { composeServices } from '@apollo/composition';
import { parse, type DocumentNode } from 'graphql';

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@external", "@provides", "@requires", "@shareable"]
)`;

const TEXTS = {
  users: `
    type Query { users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable }
  `,
  products: `
    type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
  `,
  inventory: `
    type Product @key(fields: "upc") {
      upc: String!
      price: Int @external
      weight: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight")
    }
  `,
  reviews: `
    type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
    type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }
  `,
};

export type Service = keyof typeof TEXTS;

export const services = Object.keys(TEXTS) as readonly Service[];

/** A subgraph's schema as Apollo's libraries take it. */
export const typeDefsOf = (service: Service): DocumentNode => parse(`${LINK}\n${TEXTS[service]}`, { noLocation: true });

/** The supergraph over subgraphs at these addresses. */
export function composeFour(urls: Readonly<Record<Service, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    services.map((name) => ({ name, url: urls[name], typeDefs: typeDefsOf(name) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
