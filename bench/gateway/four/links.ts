/** The gateway's links to the four, elsewhere or in this process. */
import { remoteLink } from '@metatron/gateway/remoteLink';
import type { SubgraphLink } from '@metatron/gateway/subgraphSource';
import type { KeyRing } from '@metatron/platform/tokens';

import { addressOf, DOMAINS } from './foreign.ts';
import { runnerOf } from './runnerOf.ts';
import { services, type Service } from './schemas.ts';
import { buildSchemas } from './subgraphs.ts';

type Links = ReadonlyMap<Service, SubgraphLink>;

export const remoteLinks = (sdl: string, keys: KeyRing): Links =>
  new Map(services.map((service) => [service, remoteLink(DOMAINS[service], addressOf(sdl, service), keys)]));

const nothing = (): Promise<void> => Promise.resolve();

/** As the product runs its own subgraphs in the gateway's process. */
export const localLinks = (): Links =>
  new Map(
    [...buildSchemas()].map(([service, schema]) => {
      const run = runnerOf(schema);
      const execute: SubgraphLink['execute'] = async (operation) => run(operation);
      return [service, { domain: DOMAINS[service], address: null, execute, serve: nothing, ping: nothing }];
    }),
  );
