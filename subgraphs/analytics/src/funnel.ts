import { Parameters } from '@metatron/platform/read/sql';

import { askEvents, type Asker } from './askEvents.ts';
import { ACTOR, conditionText, scopeText } from './eventConditions.ts';
import { spanOf, type FunnelQuestion, type Span } from './question.ts';

export interface FunnelStep {
  readonly eventName: string;
  readonly count: number;
  readonly conversion: number;
}

export interface Funnel extends Span {
  readonly windowSeconds: number;
  readonly steps: readonly FunnelStep[];
}

type Step = FunnelQuestion['steps'][number];

const stepText = ({ eventName, filter }: Step, parameters: Parameters): string =>
  [
    `event_name = ${parameters.bind(eventName, 'text')}`,
    ...filter.map((condition) => conditionText(condition, parameters)),
  ].join(' AND ');

/**
 * Each layer reads a visitor's events in order and notes, at the events of its step, the latest
 * first step from which the steps so far were taken in order: the one that leaves the most of the
 * window. Who has such a note at a step has one at each step before it.
 */
function funnelText(
  { steps, windowSeconds }: FunnelQuestion,
  span: Span,
  tenantId: string | null,
  parameters: Parameters,
): string {
  const window = `make_interval(secs => ${parameters.bind(windowSeconds, 'double precision')})`;
  const names = parameters.bind([...new Set(steps.map(({ eventName }) => eventName))], 'text[]');
  const flags = steps.map((step, index) => `(${stepText(step, parameters)}) AS is${String(index)}`);
  const events = `SELECT ${ACTOR} AS actor, created_at AS at, id, ${flags.join(', ')} FROM events
    WHERE ${scopeText(tenantId, span, parameters)} AND event_name = ANY (${names}) AND ${ACTOR} IS NOT NULL`;
  const first = `SELECT *, CASE WHEN is0 THEN at END AS from0 FROM (${events}) AS found`;
  const last = steps.slice(1).reduce(
    (
      before,
      _step,
      index,
    ) => `SELECT *, CASE WHEN is${String(index + 1)} AND max(from${String(index)}) OVER earlier >= at - ${window}
      THEN max(from${String(index)}) OVER earlier END AS from${String(index + 1)} FROM (${before}) AS layer${String(index)}
      WINDOW earlier AS (PARTITION BY actor ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`,
    first,
  );
  const counts = steps.map((_step, index) => `count(DISTINCT actor) FILTER (WHERE from${String(index)} IS NOT NULL)`);
  return `SELECT jsonb_build_array(${counts.join(', ')}) AS counts FROM (${last}) AS taken`;
}

/** How many go from step to step, in order and within the window. */
export async function answerFunnel(db: Asker, question: FunnelQuestion, tenantId: string | null): Promise<Funnel> {
  const span = spanOf(question);
  const parameters = new Parameters();
  const text = funnelText(question, span, tenantId, parameters);
  const { counts } = await askEvents<{ counts: readonly number[] }>(db, text, parameters);
  const [started = 0] = counts;
  const steps = question.steps.map(({ eventName }, index): FunnelStep => {
    const count = counts[index] ?? 0;
    return { eventName, count, conversion: started === 0 ? 0 : count / started };
  });
  return { ...span, windowSeconds: question.windowSeconds, steps };
}
