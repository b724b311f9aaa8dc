/** Who is refused before any operation is looked at leaves an incident all the same. */
import type { IncomingMessage } from 'node:http';

import { PublicError } from '@metatron/platform/errors';
import { addressOf } from '@metatron/platform/http';
import { anonymous, type Caller } from '@metatron/platform/identity';
import { refusalKind } from '@metatron/platform/incidents/denials';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Serve } from '@metatron/platform/routes';
import { TokenRefusal } from '@metatron/platform/tokenRefusal';

import { identify, type Authorities } from './identify.ts';

type Noting = Pick<SecurityEvents, 'note'>;

/** Identifies a caller. @throws what `identify` throws. */
export async function admit(
  request: IncomingMessage,
  requestId: string,
  authorities: Authorities,
  events: Noting,
): Promise<Caller> {
  try {
    return await identify(request, requestId, authorities);
  } catch (error) {
    if (error instanceof PublicError && error.code === 'UNAUTHENTICATED') {
      const identity = error instanceof TokenRefusal ? (error.bearer ?? anonymous) : anonymous;
      const caller = { identity, address: addressOf(request), requestId };
      events.note({ kind: refusalKind(error), caller, coordinates: [] });
    }
    throw error;
  }
}

/** A service's routes beside GraphQL: what it refuses is known by the answer's status. */
export const watchRoutes =
  (serve: Serve, events: Noting): Serve =>
  (route, exchange) => {
    const { response, caller } = exchange;
    response.once('finish', () => {
      const isDenied = response.statusCode === 401 || response.statusCode === 403;
      if (isDenied) events.note({ kind: 'route_denied', caller, coordinates: [route] });
    });
    return serve(route, exchange);
  };
