import { HttpRefusal } from '../pipeline/refusal.ts';

const AGAIN_SECONDS = 1;

/** The gateway has more to do than it can answer in time: nothing of this request has run. */
export class Overloaded extends HttpRefusal {
  constructor() {
    const headers = { 'retry-after': String(AGAIN_SECONDS) };
    super(503, 'The platform has too much to do. Try again in a moment.', headers, 'SERVICE_UNAVAILABLE');
  }
}
