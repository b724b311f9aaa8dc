import type { CustomersQuery } from '../generated/graphql.ts';
import type { usePages } from './usePages.ts';

interface Props {
  readonly pages: ReturnType<typeof usePages>;
  readonly customers: NonNullable<CustomersQuery['customers']>;
}

export function Pager({ pages, customers }: Props) {
  const { edges, totalCount, pageInfo } = customers;
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" disabled={!pageInfo.hasPreviousPage} onClick={() => pages.previous(pageInfo)}>
        ← Previous
      </button>
      <span role="status">
        {edges.length === 0 ? 'Nothing' : `${pages.skipped + 1} – ${pages.skipped + edges.length}`} of {totalCount}
      </span>
      <button type="button" disabled={!pageInfo.hasNextPage} onClick={() => pages.next(pageInfo)}>
        Next →
      </button>
    </nav>
  );
}
