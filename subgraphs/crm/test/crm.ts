/** What the tests of crm's mutations share: one call with all of a noun's fields, and rows to refer to. */
import { countOf as countIn, mutationsOf, someId, type PayloadOf } from '../../../platform/test/mutations.ts';

interface Named {
  readonly id: string;
}

interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Placed extends Named {
  readonly title: string;
  readonly stage: string;
  readonly stageKind: string;
  readonly probability: number;
  readonly lostReason: string | null;
  readonly value: Money | null;
  readonly version: number;
  readonly customer: Named | null;
  readonly pipeline: Named;
  readonly stageHistory: {
    readonly totalCount: number;
    readonly edges: readonly {
      readonly node: { readonly fromStage: string | null; readonly toStage: string; readonly changedBy: Named | null };
    }[];
  };
}

interface Nouns {
  readonly customer: Named & {
    readonly tenant: Named;
    readonly email: string | null;
    readonly firstName: string | null;
    readonly company: string | null;
    readonly status: string;
    readonly tags: readonly string[];
    readonly version: number;
  };
  readonly lead: Placed & {
    readonly convertedAt: string | null;
    readonly assignee: Named | null;
    readonly deal: Named | null;
  };
  readonly deal: Placed & {
    readonly closedAt: string | null;
    readonly tags: readonly string[];
    readonly owner: Named | null;
    readonly lead: Named | null;
  };
  readonly interaction: Named & {
    readonly type: string;
    readonly subject: string | null;
    readonly user: Named | null;
    readonly customer: Named | null;
    readonly lead: Named | null;
    readonly deal: Named | null;
  };
  readonly pipeline: Named & {
    readonly name: string;
    readonly isDefault: boolean;
    readonly version: number;
    readonly stages: readonly (Named & {
      readonly name: string;
      readonly order: number;
      readonly probability: number;
      readonly kind: string;
    })[];
  };
  readonly deletedId: string;
}

export type Noun = keyof Nouns;

const PLACED =
  'id title stage stageKind probability lostReason version value { amount currency } customer { id } pipeline { id } stageHistory(orderBy: { field: CHANGED_AT, direction: ASC }) { totalCount edges { node { fromStage toStage changedBy { id } } } }';

export const { operation, change, done, refusal } = mutationsOf<Nouns>({
  selections: {
    customer: 'customer { id tenant { id } email firstName company status tags version }',
    lead: `lead { ${PLACED} convertedAt assignee { id } deal { id } }`,
    deal: `deal { ${PLACED} closedAt tags owner { id } lead { id } }`,
    interaction: 'interaction { id type subject user { id } customer { id } lead { id } deal { id } }',
    pipeline: 'pipeline { id name isDefault version stages { id name order probability kind } }',
  },
  answers: { leadConvert: ['lead', 'deal'] },
});

export type Payload = PayloadOf<Nouns>;

/** Which parts of the demo data the tests refer to. */
const ROWS = {
  customer: ['crm', 'customers', 'deleted_at IS NULL'],
  lead: ['crm', 'leads', 'deleted_at IS NULL AND converted_at IS NULL'],
  deal: ['crm', 'deals', 'deleted_at IS NULL'],
  pipeline: ['crm', 'pipelines', 'is_default'],
  user: ['auth', 'users', 'is_active'],
} as const;

/** The id of some row of a tenant. */
export function idIn(tenant: string, noun: keyof typeof ROWS): Promise<string> {
  const [domain, table, where] = ROWS[noun];
  return someId(domain, tenant, table, where);
}

/** How many rows a query finds in crm. */
export const countOf = (from: string, values: unknown[]): Promise<number> => countIn('crm', from, values);
