import type { Metrics } from '../metrics.ts';

const stages = [
  'receive',
  'identify',
  'parse',
  'limit',
  'authorise',
  'plan',
  'execute',
  'complete',
  'serialise',
] as const;

/** The parts of a request's way that are timed. */
export type Stage = (typeof stages)[number];

/** Each stage's series, looked up once, since every request passes them all. */
export type StageTimes = Readonly<Record<Stage, { observe(seconds: number): void }>>;

export const stageTimesOf = ({ stageSeconds }: Metrics): StageTimes =>
  Object.fromEntries(stages.map((stage) => [stage, stageSeconds.labels(stage)])) as unknown as StageTimes;

/** Times the stages of one request. */
export class StageClock {
  private readonly times: StageTimes;
  private last: number;

  constructor(times: StageTimes, startedAt: number) {
    this.times = times;
    this.last = startedAt;
  }

  /** A stage has ended, and the next begins. */
  lap(stage: Stage): void {
    const now = performance.now();
    this.times[stage].observe((now - this.last) / 1000);
    this.last = now;
  }
}
