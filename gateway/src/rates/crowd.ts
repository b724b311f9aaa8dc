/** How many requests may be under way: each holds memory, for as long as its services take. */
import type { Pipeline } from '../pipeline/pipeline.ts';

import { Overloaded } from './overloaded.ts';

type Answering = Pick<Pipeline, 'answer'>;

/** What a service that is late leaves of 900 requests a second in the 2.2 s that it is waited for. */
export const MOST_UNDER_WAY = 2_000;

export interface Crowd {
  /** A request was refused. */
  readonly onRefused: () => void;
  readonly onChange: (underWay: number) => void;
  readonly most?: number;
}

/**
 * The same way through the gateway, for so many requests at once. Who still sends theirs is not counted: those who
 * send slowly would shut out the others.
 */
export function withinCrowd(pipeline: Answering, { onRefused, onChange, most = MOST_UNDER_WAY }: Crowd): Answering {
  let underWay = 0;
  const leave = (): void => onChange((underWay -= 1));
  const enter = (): (() => void) => {
    if (underWay >= most) {
      onRefused();
      throw new Overloaded();
    }
    onChange((underWay += 1));
    return leave;
  };
  return {
    async answer(arrival) {
      let end = (): void => undefined;
      const receive: typeof arrival.receive = async () => {
        const asked = await arrival.receive();
        end = enter();
        return asked;
      };
      try {
        return await pipeline.answer({ ...arrival, receive });
      } finally {
        end();
      }
    },
  };
}
