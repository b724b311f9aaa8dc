/** What the four subgraphs know: a few users and products that review each other, and many that make a list long. */

export interface User {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

export interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

export interface Review {
  readonly id: string;
  readonly body: string;
  readonly authorId: string;
  readonly upc: string;
}

/** Of the nested query: together they make an answer of about 87 KB. */
const FEW = { users: 6, products: 9, reviews: 27 };
/** Of long lists, which the nested query never meets. */
const MANY = { users: 500, products: 4_000, reviewsEach: 2 };

const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

const userOf = (number: number): User => ({
  id: `u${number}`,
  name: `Person Number ${number}`,
  username: `person.${number}`,
});

const productOf = (number: number): Product => ({
  upc: `p${number}`,
  name: `Product Number ${number}`,
  price: 100 + ((number * 397) % 2_000),
  weight: 10 + ((number * 89) % 900),
  inStock: number % 3 !== 0,
});

function reviewOf(number: number, author: number, product: number): Review {
  return { id: `r${number}`, body: `What person ${author} says of it`, authorId: `u${author}`, upc: `p${product}` };
}

const fewReviews = numbers(FEW.reviews).map((number) =>
  reviewOf(number, number % FEW.users, (number * 4) % FEW.products),
);

const manyReviews = numbers(MANY.products, FEW.products).flatMap((product) =>
  numbers(MANY.reviewsEach).map((which) =>
    reviewOf(product * 10 + which, FEW.users + ((product * 7 + which) % MANY.users), product),
  ),
);

function grouped(key: 'authorId' | 'upc', reviews: readonly Review[]): ReadonlyMap<string, readonly Review[]> {
  const groups = new Map<string, Review[]>();
  for (const review of reviews) {
    const group = groups.get(review[key]);
    if (group === undefined) groups.set(review[key], [review]);
    else group.push(review);
  }
  return groups;
}

const reviews = [...fewReviews, ...manyReviews];

export const products = numbers(FEW.products + MANY.products).map(productOf);
/** Who is listed. */
export const users = numbers(FEW.users).map(userOf);
export const usersById: ReadonlyMap<string, User> = new Map(
  numbers(FEW.users + MANY.users).map((number) => [`u${number}`, userOf(number)]),
);
export const productsByUpc: ReadonlyMap<string, Product> = new Map(products.map((product) => [product.upc, product]));
export const reviewsByAuthor = grouped('authorId', reviews);
export const reviewsByProduct = grouped('upc', reviews);
