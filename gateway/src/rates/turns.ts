/**
 * Requests begin in turns of the event loop, a few in each, so that no turn is long and whoever waits does so here,
 * where it is seen. What has waited for too long is refused: it would be late, and make all that come after it late.
 */

export interface TurnSettings {
  /** How many requests begin in one turn. */
  readonly perTurn: number;
  /** How long a request may wait, in milliseconds. */
  readonly patience: number;
  /** And how long when somebody has been waiting all the time for `patience`: no burst, but more than can be done. */
  readonly impatience: number;
}

/** A request takes one to three milliseconds of the thread, in a few turns. */
export const TURNS: TurnSettings = { perTurn: 8, patience: 500, impatience: 50 };

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
  readonly refuse: () => void;
}

export class Turns {
  private readonly settings: TurnSettings;
  private readonly waiting = new Set<Waiting>();
  private begun = 0;
  private next: NodeJS.Immediate | undefined;
  /** Since when somebody has been waiting, if somebody is. */
  private standingSince = 0;

  constructor(settings: TurnSettings = TURNS) {
    this.settings = settings;
  }

  /** Calls one of the two: at once if there is room in this turn, or in a later one. */
  take(begin: () => void, refuse: () => void): void {
    this.next ??= setImmediate(this.turn);
    // As long as somebody waits, this turn has begun all that it may.
    if (this.begun < this.settings.perTurn) {
      this.begun += 1;
      begin();
      return;
    }
    const since = performance.now();
    if (this.waiting.size === 0) this.standingSince = since;
    this.waiting.add({ since, begin, refuse });
  }

  private readonly turn = (): void => {
    [this.next, this.begun] = [undefined, 0];
    const now = performance.now();
    const { perTurn, patience, impatience } = this.settings;
    const since = now - (now - this.standingSince > patience ? impatience : patience);
    for (const request of this.waiting) {
      if (this.begun === perTurn) break;
      this.waiting.delete(request);
      if (request.since < since) request.refuse();
      else this.begin(request);
    }
    if (this.waiting.size > 0) this.next ??= setImmediate(this.turn);
  };

  private begin({ begin }: Waiting): void {
    this.begun += 1;
    begin();
  }
}
