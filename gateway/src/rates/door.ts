import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { PublicError } from '@metatron/platform/errors';
import { addressOf } from '@metatron/platform/http';
import { anonymous } from '@metatron/platform/identity';
import { answerRefusal } from '@metatron/platform/routes';

import type { CrossOrigin } from '../http/crossOrigin.ts';
import { requestIdOf } from '../identify.ts';
import { Overloaded } from './overloaded.ts';
import type { Rates } from './rates.ts';
import type { Turns } from './turns.ts';

export interface Door {
  /** Undefined where any number of requests is allowed. */
  readonly rates: Pick<Rates, 'admitAddress'> | undefined;
  readonly turns: Turns;
  readonly crossOrigin: CrossOrigin;
  /** A request was refused since others have waited for too long. */
  readonly onOverloaded: () => void;
}

/** Whoever watches over the gateway is never too much. */
const WATCHED: ReadonlySet<string | undefined> = new Set(['/health', '/ready', '/metrics']);

const askerOf = (request: IncomingMessage) => ({
  identity: anonymous,
  address: addressOf(request),
  requestId: requestIdOf(request),
});

/** Lets in what comes from an address that does not ask too often, and can be answered in time; the rest costs no more than this. */
export function door(options: Door, listener: RequestListener): RequestListener {
  const { rates, turns, crossOrigin, onOverloaded } = options;
  const refuse = (request: IncomingMessage, response: ServerResponse, error: PublicError): void => {
    if (!crossOrigin(request, response)) answerRefusal(response, error);
  };
  const enter: RequestListener = (request, response) => {
    turns.take(
      () => {
        // Who asked may have gone.
        if (!response.destroyed) listener(request, response);
      },
      () => {
        onOverloaded();
        refuse(request, response, new Overloaded());
      },
    );
  };
  return (request, response) => {
    if (WATCHED.has(request.url)) listener(request, response);
    else if (rates === undefined) enter(request, response);
    else
      rates.admitAddress(askerOf(request)).then(
        () => enter(request, response),
        (error: unknown) => refuse(request, response, error as PublicError),
      );
  };
}
