/**
 * Demo data: tenants of different size with their people, business, content, money, visits and
 * messages, told alike in every database. The same tenants, scale and day give the same rows,
 * id for id.
 */
import { domains, type Domain } from '@metatron/platform/domains';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import type { Pool } from 'pg';

import { readMarks, readStrangers } from './demo/marks.ts';
import { planTenants, platformPlan, type TenantPlan } from './demo/tenants.ts';

export interface DemoOptions {
  /** A domain's database as the domain's own service, across tenants. It stays the caller's to end. */
  readonly open: (domain: Domain) => Pool;
  /** Of the password that all demo accounts share; made by auth. */
  readonly passwordHash: string;
  /** The day of loading; everything lies before its midnight in UTC. Today unless told. */
  readonly now?: Date;
  /** How many tenants beside the platform's own; six unless told. */
  readonly tenants?: number;
  /** How many times larger each tenant is than by default. */
  readonly scale?: number;
  readonly onProgress?: (progress: DemoProgress) => void;
}

export interface DemoProgress {
  readonly tenantId: string;
  readonly tenantsDone: number;
  readonly tenantsTotal: number;
  readonly rows: number;
}

export interface DemoResult {
  /** Tenants that got rows now; those that were there stay as they are, whatever the scale. */
  readonly loaded: readonly string[];
  readonly rows: number;
}

interface Missing {
  readonly plan: TenantPlan;
  readonly anchor: Date;
}

interface Survey {
  readonly platformAnchor: Date;
  readonly missing: readonly Missing[];
}

/** Where the platform's own tenant has demo data too; what lives from customers knows nothing of it. */
const WITH_PLATFORM: ReadonlySet<Domain> = new Set<Domain>(['auth', 'billing', 'notifications', 'cdx']);

const midnight = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));

/** Which tenants lack their data somewhere. One that was loaded in part is finished with its first anchor. */
async function survey({ open, tenants, now = new Date() }: DemoOptions): Promise<Survey> {
  const plans = [platformPlan, ...planTenants(tenants)];
  const ids = plans.map(({ id }) => id);
  const auth = new Map((await readMarks(open('auth'), ids)).map(({ tenantId, anchor }) => [tenantId, anchor]));
  const marked = new Set(ids.filter((id) => auth.get(id) !== undefined));
  const strangers = await readStrangers(open('auth'), ids.slice(1), marked);
  const seen = await Promise.all(
    domains.map(async (domain) => ({ domain, marks: await readMarks(open(domain), ids) })),
  );
  const lacking = new Set(
    seen.flatMap(({ domain, marks }) =>
      marks
        .filter(
          ({ tenantId, anchor }) => anchor === undefined && (tenantId !== PLATFORM_TENANT || WITH_PLATFORM.has(domain)),
        )
        .map(({ tenantId }) => tenantId),
    ),
  );
  const missing = plans
    .filter(({ id }) => lacking.has(id) && !strangers.has(id))
    .map((plan) => ({ plan, anchor: auth.get(plan.id) ?? midnight(now) }));
  return { platformAnchor: auth.get(PLATFORM_TENANT) ?? midnight(now), missing };
}

/** The sum of all, or the first failure once none of them runs any more. */
async function addUp(counts: readonly Promise<number>[]): Promise<number> {
  await Promise.allSettled(counts);
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * Loads what is missing, tenant by tenant: AUTH first, since the others speak of its users, then all
 * other domains at once. Loading again changes nothing.
 */
export async function loadDemo(options: DemoOptions): Promise<DemoResult> {
  const { open, passwordHash, scale = 1, onProgress } = options;
  const { platformAnchor, missing } = await survey(options);
  if (missing.length === 0) return { loaded: [], rows: 0 };
  const { loadDomain } = await import('./demo/load.ts');
  const { tellStory } = await import('./demo/story.ts');
  const platform = tellStory(platformPlan, platformAnchor, 1);
  const target = { open, passwordHash, platform };
  let rows = 0;
  for (const [index, { plan, anchor }] of missing.entries()) {
    const story = plan === platformPlan ? platform : tellStory(plan, anchor, scale);
    rows += await loadDomain(target, 'auth', story);
    rows += await addUp(
      domains.filter((domain) => domain !== 'auth').map((domain) => loadDomain(target, domain, story)),
    );
    onProgress?.({ tenantId: plan.id, tenantsDone: index + 1, tenantsTotal: missing.length, rows });
  }
  return { loaded: missing.map(({ plan }) => plan.id), rows };
}

/**
 * Gives every demo account the password of this hash: the staff's two, and `client@<tenant>.example`
 * in each tenant. Sessions stay.
 * @returns how many accounts there are.
 */
export async function setDemoPassword(auth: Pool, passwordHash: string): Promise<number> {
  const { rowCount } = await auth.query(
    `UPDATE users SET password_hash = $1, updated_at = now()
      WHERE (tenant_id = 'platform' AND email IN ('superadmin@metatron.example', 'admin@metatron.example'))
         OR email = 'client@' || tenant_id || '.example'`,
    [passwordHash],
  );
  return rowCount ?? 0;
}
