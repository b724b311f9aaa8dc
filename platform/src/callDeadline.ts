/** How long the gateway waits for a subgraph of another process. */
import type { RequestHandler } from 'express';

/** Beside the signed word of the gateway: the milliseconds that are left, since clocks differ between machines. */
export const DEADLINE_HEADER = 'x-metatron-deadline-ms';

/** Starts the time when the head of a request is there; without the header there is time for ever. */
export const noteDeadline: RequestHandler = (request, response, next) => {
  const left = Number(request.headers[DEADLINE_HEADER] ?? Infinity);
  response.locals['deadlineAt'] = performance.now() + (Number.isNaN(left) ? Infinity : left);
  next();
};

/** Does not begin, once the body is read, what nobody waits for any more. */
export const refuseLate: RequestHandler = (_request, response, next) => {
  const isLate = performance.now() >= (response.locals['deadlineAt'] as number);
  if (!isLate && !response.destroyed) next();
  else response.status(504).json({ errors: [{ message: 'Too late.', extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
};
