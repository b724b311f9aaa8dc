import { graphql } from '../generated/index.ts';

export const CUSTOMERS = graphql(`
  query Customers(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: CustomerFilter
    $orderBy: CustomerOrder
  ) {
    customers(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      edges {
        node {
          id
          ...CustomerRow
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

/** `invoices` is another service's: when it is away, the customers are shown without it. */
export const CUSTOMER_ROW = graphql(`
  fragment CustomerRow on Customer {
    id
    company
    firstName
    lastName
    email
    status
    tags
    createdAt
    invoices {
      totalCount
    }
  }
`);
