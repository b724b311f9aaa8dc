import type { IncomingMessage, RequestListener } from 'node:http';

import { addressOf } from '@metatron/platform/http';
import { anonymous } from '@metatron/platform/identity';
import { answerRefusal } from '@metatron/platform/routes';

import type { CrossOrigin } from '../http/crossOrigin.ts';
import { requestIdOf } from '../identify.ts';
import type { Rates } from './rates.ts';
import type { Throttled } from './throttled.ts';

/** Whoever watches over the gateway is never too much. */
const WATCHED: ReadonlySet<string | undefined> = new Set(['/health', '/ready', '/metrics']);

const askerOf = (request: IncomingMessage) => ({
  identity: anonymous,
  address: addressOf(request),
  requestId: requestIdOf(request),
});

/** Lets in what comes from an address that does not ask too often; a flood costs no more than this. */
export const door =
  (rates: Pick<Rates, 'admitAddress'>, crossOrigin: CrossOrigin, listener: RequestListener): RequestListener =>
  (request, response) => {
    if (WATCHED.has(request.url)) {
      listener(request, response);
      return;
    }
    rates.admitAddress(askerOf(request)).then(
      () => listener(request, response),
      (error: unknown) => {
        if (crossOrigin(request, response)) return;
        answerRefusal(response, error as Throttled);
      },
    );
  };
