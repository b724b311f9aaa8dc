/** What of a Prisma client or transaction SQL of our own needs: raw SQL with bound values. */
export interface RawClient {
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): PromiseLike<T>;
}
