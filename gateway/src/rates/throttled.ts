import { HttpRefusal } from '../pipeline/refusal.ts';

/** Too many requests: nothing of this one has run. */
export class Throttled extends HttpRefusal {
  constructor(milliseconds: number) {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    super(429, 'Too many requests. Try again later.', { 'retry-after': String(seconds) }, 'THROTTLED');
  }
}
