/** Whoever sends a request a byte at a time is not waited for. */
import type { Pipeline } from '../pipeline/pipeline.ts';
import { HttpRefusal } from '../pipeline/refusal.ts';
import { deadlineOf } from '../resilience/settings.ts';

type Answering = Pick<Pipeline, 'answer'>;

/** No request has any time left after it. */
const SENDING_MS = deadlineOf('mutation', 0);

const tooSlow = (): HttpRefusal =>
  new HttpRefusal(408, 'The request took too long to arrive.', { connection: 'close' });

/** The same way through the gateway, for what arrives in its time. */
export function promptly(pipeline: Answering, milliseconds = SENDING_MS): Answering {
  return {
    answer(arrival) {
      const receive: typeof arrival.receive = () =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(tooSlow()), milliseconds);
          arrival
            .receive()
            .then(resolve, reject)
            .finally(() => clearTimeout(timer));
        });
      return pipeline.answer({ ...arrival, receive });
    },
  };
}
