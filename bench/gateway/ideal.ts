/**
 * What the nested query costs by hand, and nothing else: `ideal.ts <supergraph file>`. Its fetches and its answer's
 * shape are fixed; it reads no query and checks nothing.
 */
import { serve } from '@metatron/platform/http';
import { Pool } from 'undici';

import { answering, present } from './contender.ts';
import { addressOf, readForeign } from './four/foreign.ts';
import { services, type Service } from './four/schemas.ts';

interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

interface Stock {
  readonly inStock: boolean;
  readonly shippingEstimate: number;
}

interface LastReview {
  readonly id: string;
  readonly body: string;
  readonly product: { readonly upc: string };
}

interface AuthorReview {
  readonly id: string;
  readonly body: string;
  readonly author: { readonly id: string; readonly username: string; readonly reviews: readonly LastReview[] };
}

interface ProductReviews {
  readonly reviews: readonly AuthorReview[];
}

interface UserReviews {
  readonly reviews: readonly (Omit<LastReview, 'product'> & {
    readonly product: ProductReviews & { readonly upc: string };
  })[];
}

const entities = (type: string, fields: string): string =>
  `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`;

const AUTHOR_REVIEWS = 'reviews { id body author { id username reviews { id body product { upc } } } }';
const QUERIES = {
  users: '{ users { id username name } }',
  topProducts: '{ topProducts { upc name price weight } }',
  userReviews: entities('User', `reviews { id body product { upc ${AUTHOR_REVIEWS} } }`),
  productReviews: entities('Product', AUTHOR_REVIEWS),
  names: entities('User', 'id name'),
  products: entities('Product', 'upc name price weight'),
  stock: entities('Product', 'inStock shippingEstimate'),
};

const [, , supergraphFile = ''] = process.argv;
const { sdl } = readForeign(supergraphFile);

const CONNECTIONS = 128;
const pools = Object.fromEntries(
  services.map((service) => {
    const { origin } = new URL(addressOf(sdl, service));
    return [service, new Pool(origin, { connections: CONNECTIONS })];
  }),
) as Record<Service, Pool>;

type Ask = <Data>(service: Service, query: keyof typeof QUERIES, of?: readonly object[]) => Promise<Data>;

const askAs =
  (authorization: string): Ask =>
  async <Data>(service: Service, query: keyof typeof QUERIES, of?: readonly object[]) => {
    const { body } = await pools[service].request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: QUERIES[query], variables: { of } }),
    });
    return ((await body.json()) as { readonly data: Data }).data;
  };

interface Entities<Entity> {
  readonly _entities: readonly Entity[];
}

const referTo = (typename: string, key: string, values: Iterable<string>): object[] =>
  [...values].map((value) => ({ __typename: typename, [key]: value }));

/** Whom and what the reviews speak of. */
function mentioned(groups: readonly ProductReviews[], upcs: Set<string>): ReadonlySet<string> {
  const authors = new Set<string>();
  for (const { reviews } of groups)
    for (const { author } of reviews) {
      authors.add(author.id);
      for (const { product } of author.reviews) upcs.add(product.upc);
    }
  return authors;
}

async function known(ask: Ask, authors: ReadonlySet<string>, upcs: ReadonlySet<string>) {
  const [{ _entities: users }, { _entities: products }] = await Promise.all([
    ask<Entities<{ readonly id: string; readonly name: string }>>('users', 'names', referTo('User', 'id', authors)),
    ask<Entities<Product>>('products', 'products', referTo('Product', 'upc', upcs)),
  ]);
  const of = products.map(({ upc, price, weight }) => ({ __typename: 'Product', upc, price, weight }));
  const { _entities: stock } = await ask<Entities<Stock>>('inventory', 'stock', of);
  return {
    names: new Map(users.map(({ id, name }) => [id, name])),
    products: new Map(products.map((product, index) => [product.upc, { ...stock[index], ...product }])),
  };
}

type Known = Awaited<ReturnType<typeof known>>;

const shapeReviews = (reviews: readonly AuthorReview[], { names, products }: Known) =>
  reviews.map(({ id, body, author }) => ({
    id,
    body,
    author: {
      id: author.id,
      username: author.username,
      name: names.get(author.id),
      reviews: author.reviews.map((review) => ({
        id: review.id,
        body: review.body,
        product: products.get(review.product.upc),
      })),
    },
  }));

async function answer(authorization: string): Promise<string> {
  const ask = askAs(authorization);
  const [{ users }, { topProducts }] = await Promise.all([
    ask<{ readonly users: readonly User[] }>('users', 'users'),
    ask<{ readonly topProducts: readonly Product[] }>('products', 'topProducts'),
  ]);
  const top = topProducts.map(({ upc }) => upc);
  const [{ _entities: byUser }, { _entities: byProduct }] = await Promise.all([
    ask<Entities<UserReviews>>(
      'reviews',
      'userReviews',
      referTo(
        'User',
        'id',
        users.map(({ id }) => id),
      ),
    ),
    ask<Entities<ProductReviews>>('reviews', 'productReviews', referTo('Product', 'upc', top)),
  ]);
  const reviewed = byUser.flatMap(({ reviews }) => reviews.map(({ product }) => product));
  const upcs = new Set([...top, ...reviewed.map(({ upc }) => upc)]);
  const all = await known(ask, mentioned([...reviewed, ...byProduct], upcs), upcs);
  const data = {
    users: users.map((user, index) => ({
      ...user,
      reviews: byUser[index]?.reviews.map(({ id, body, product }) => ({
        id,
        body,
        product: { ...all.products.get(product.upc), reviews: shapeReviews(product.reviews, all) },
      })),
    })),
    topProducts: top.map((upc, index) => ({
      ...all.products.get(upc),
      reviews: shapeReviews(byProduct[index]?.reviews ?? [], all),
    })),
  };
  return JSON.stringify({ data });
}

const { url } = await serve(
  answering(({ headers }) => answer(headers.authorization ?? '')),
  '127.0.0.1',
  0,
);
present(url);
