import { domains, type Domain } from '@metatron/platform/domains';
import type { DomainEvents } from '@metatron/platform/verb/events';

/** By the domain's name: each has an `events.ts`. */
const load = async (domain: Domain): Promise<readonly [Domain, DomainEvents]> => {
  const { events } = (await import(`./${domain}/events.ts`)) as { readonly events: DomainEvents };
  return [domain, events];
};

/** What may happen in each domain. */
export const events = Object.fromEntries(await Promise.all(domains.map(load))) as Readonly<
  Record<Domain, DomainEvents>
>;
