import { encodeCursor, type PageRequest } from './arguments.ts';
import type { Cell } from './table.ts';

/** A Relay connection; `totalCount` is a thunk that GraphQL calls only when it is selected. */
export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: () => Promise<number>;
}

export type AnyRow = Readonly<Record<string, Cell>>;

/** Decimals print themselves, as numbers and ids do. */
export const textOf = (cell: Cell): string => (cell as string | number | bigint).toString();

function orderValue(row: AnyRow, { order }: PageRequest): string | null {
  const value = row[order.field.name];
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : textOf(value);
}

/** Makes its cursor when it is selected, which is seldom. */
class Edge<Row> {
  readonly node: Row;
  private readonly page: PageRequest;

  constructor(node: Row, page: PageRequest) {
    this.node = node;
    this.page = page;
  }

  get cursor(): string {
    const row = this.node as AnyRow;
    return encodeCursor(this.page.order, { value: orderValue(row, this.page), id: textOf(row['id']) });
  }
}

class Page<Row> implements Connection<Row> {
  readonly edges: readonly Edge<Row>[];
  readonly totalCount: () => Promise<number>;
  private readonly page: PageRequest;
  private readonly isFollowed: boolean;

  constructor(page: PageRequest, rows: readonly Row[], totalCount: () => Promise<number>) {
    const edges = rows.slice(0, page.limit).map((node) => new Edge(node, page));
    this.edges = page.backward ? edges.reverse() : edges;
    this.totalCount = totalCount;
    this.page = page;
    this.isFollowed = rows.length > page.limit;
  }

  get pageInfo(): Connection<Row>['pageInfo'] {
    const { backward, cursor } = this.page;
    const cameFrom = cursor !== undefined;
    return {
      hasNextPage: backward ? cameFrom : this.isFollowed,
      hasPreviousPage: backward ? this.isFollowed : cameFrom,
      startCursor: this.edges.at(0)?.cursor ?? null,
      endCursor: this.edges.at(-1)?.cursor ?? null,
    };
  }
}

/** @param rows a page's, and one more when there is a further page */
export const toConnection = <Row>(
  page: PageRequest,
  rows: readonly Row[],
  totalCount: () => Promise<number>,
): Connection<Row> => new Page(page, rows, totalCount);
