import type { CustomersQuery } from '../generated/graphql.ts';
import type { usePages } from './usePages.ts';

interface Props {
  readonly pages: ReturnType<typeof usePages>;
  readonly customers: NonNullable<CustomersQuery['customers']>;
  readonly isPassed: boolean;
}

export function Pager({ pages, customers, isPassed }: Props) {
  const { edges, totalCount, pageInfo } = customers;
  const range = edges.length === 0 ? 'Nothing' : `${pages.skipped + 1} – ${pages.skipped + edges.length}`;
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" disabled={isPassed || !pageInfo.hasPreviousPage} onClick={() => pages.previous(pageInfo)}>
        ← Previous
      </button>
      <span role="status">{isPassed ? '…' : `${range} of ${totalCount}`}</span>
      <button type="button" disabled={isPassed || !pageInfo.hasNextPage} onClick={() => pages.next(pageInfo)}>
        Next →
      </button>
    </nav>
  );
}
