/** What the tests of cms's mutations share: one call with all of a noun's fields, and rows to refer to. */
import type { Account } from '../../../platform/test/kit.ts';
import { countOf as countIn, fresh, mutationsOf, someId } from '../../../platform/test/mutations.ts';

interface Versioned {
  readonly id: string;
  readonly version: number;
}

interface Nouns {
  readonly contentType: Versioned & { readonly name: string; readonly slug: string; readonly schema: object };
  readonly contentItem: Versioned & {
    readonly title: string;
    readonly slug: string;
    readonly status: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly publishedVersion: number | null;
    readonly publishedAt: string | null;
    readonly author: { readonly id: string } | null;
    readonly media: readonly { readonly id: string }[];
    readonly versions: {
      readonly totalCount: number;
      readonly edges: readonly { readonly node: { readonly version: number; readonly restoredFrom: number | null } }[];
    };
  };
  readonly mediaFile: Versioned & {
    readonly filename: string;
    readonly mimeType: string;
    readonly fileSize: string;
    readonly url: string;
    readonly altText: string | null;
  };
  readonly page: Versioned & {
    readonly title: string;
    readonly slug: string;
    readonly path: string;
    readonly status: string;
    readonly content: unknown;
    readonly published: Readonly<Record<string, unknown>> | null;
    readonly parent: { readonly id: string } | null;
    readonly template: string | null;
    readonly author: { readonly id: string } | null;
  };
  readonly template: Versioned & { readonly name: string; readonly isActive: boolean };
  readonly deletedId: string;
}

export const { operation, change, done, refusal } = mutationsOf<Nouns>({
  selections: {
    contentType: 'contentType { id version name slug schema }',
    contentItem:
      'contentItem { id version title slug status data publishedVersion publishedAt author { id } media { id } versions(orderBy: { field: VERSION, direction: ASC }, first: 100) { totalCount edges { node { version restoredFrom } } } }',
    mediaFile: 'mediaFile { id version filename mimeType fileSize url altText }',
    page: 'page { id version title slug path status content published parent { id } template author { id } }',
    template: 'template { id version name isActive }',
  },
});

/** The id of some row of a tenant. */
export const idIn = (tenant: string, table: string): Promise<string> => someId('cms', tenant, table);

/** How many rows a query finds in cms. */
export const countOf = (from: string, values: unknown[] = []): Promise<number> => countIn('cms', from, values);

/** A content type of the fields. */
export const newType = (fields: readonly object[], account: Account = 'acme') =>
  done('contentType', account, 'contentTypeCreate', {
    name: 'Made by a test',
    slug: fresh('type'),
    schema: { fields },
  });
