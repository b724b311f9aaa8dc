import { useState } from 'react';

export const PAGE_SIZE = 20;

interface PageInfo {
  readonly startCursor?: string | null;
  readonly endCursor?: string | null;
}

type Page = { readonly first: number; readonly after?: string } | { readonly last: number; readonly before: string };

/**
 * Pages by cursor. A cursor names a place between rows, not a number of rows: a row added meanwhile
 * shows none twice and hides none. How many rows came before is counted here, for people.
 */
export function usePages() {
  const [page, setPage] = useState<Page>({ first: PAGE_SIZE });
  const [skipped, setSkipped] = useState(0);
  const go = (next: Page, rows: number) => {
    setPage(next);
    setSkipped((before) => Math.max(0, before + rows));
  };
  return {
    page,
    skipped,
    restart: () => go({ first: PAGE_SIZE }, -Infinity),
    next: ({ endCursor }: PageInfo) => endCursor != null && go({ first: PAGE_SIZE, after: endCursor }, PAGE_SIZE),
    previous: ({ startCursor }: PageInfo) =>
      startCursor != null && go({ last: PAGE_SIZE, before: startCursor }, -PAGE_SIZE),
  };
}
