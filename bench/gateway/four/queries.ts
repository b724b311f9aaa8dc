const FRAGMENTS = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
`;

/** The one deeply nested query: every level comes from another subgraph than the one above it. */
export const NESTED = `${FRAGMENTS}
query Nested {
  users {
    ...User
    reviews {
      ...Review
      product {
        ...Product
        reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
      }
    }
  }
  topProducts {
    ...Product
    reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
  }
}`;

/** As long an answer as one likes, from all four. */
export const LIST = `${FRAGMENTS}
query List($first: Int) { topProducts(first: $first) { ...Product reviews { ...Review author { ...User } } } }`;
