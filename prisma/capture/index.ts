import { domains, type Domain } from '@metatron/platform/domains';

import type { Capture } from './declare.ts';

/** By the domain's name: each has a `capture.ts`. */
const load = async (domain: Domain): Promise<readonly [Domain, Capture]> => {
  const { capture } = (await import(`../${domain}/capture.ts`)) as { readonly capture: Capture };
  return [domain, capture];
};

/** What is captured from each domain. */
export const captures = Object.fromEntries(await Promise.all(domains.map(load))) as Readonly<Record<Domain, Capture>>;
