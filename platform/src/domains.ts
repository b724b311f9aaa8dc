/**
 * THE registry of domains. Each is an Apollo subgraph under `subgraphs/<domain>`, a Prisma schema
 * under `prisma/<domain>` and a PostgreSQL database; everything that speaks of "every domain"
 * derives from this list.
 */
export const domains = ['auth', 'crm', 'cms', 'billing', 'analytics', 'notifications', 'cdx'] as const;

export type Domain = (typeof domains)[number];

/** What logs in to a database: each domain's service, and the job queue. */
export const services = [...domains, 'queue'] as const;

export type Service = (typeof services)[number];

export function isDomain(value: string): value is Domain {
  return (domains as readonly string[]).includes(value);
}

/** A record with one entry per domain, computed. */
export function perDomain<T>(value: (domain: Domain) => T): Record<Domain, T> {
  return Object.fromEntries(domains.map((domain) => [domain, value(domain)])) as Record<Domain, T>;
}
