import type { Fetch, Group, Step } from '../src/report.ts';

interface Props<T extends Step> {
  readonly step: T;
  readonly total: number;
}

const percent = (share: number) => `${String(Math.min(Math.max(share, 0), 1) * 100)}%`;

/** When the fetch ran, within the whole request. */
function Bar({ step: { startedAt, milliseconds, service }, total }: Props<Fetch>) {
  if (startedAt === null || milliseconds === null) return <span className="took">not needed</span>;
  return (
    <>
      <span className="lane" aria-hidden>
        <span
          className={`bar ${service}`}
          style={{ left: percent(startedAt / total), width: percent(milliseconds / total) }}
        />
      </span>
      <span className="took">{milliseconds.toFixed(1)} ms</span>
    </>
  );
}

function FetchNode({ step, total }: Props<Fetch>) {
  const { service, at, entities, fields, selection } = step;
  return (
    <details className={step.milliseconds === null ? 'fetch idle' : 'fetch'}>
      <summary>
        <span className={`service ${service}`}>{service}</span>
        <span className="fields">{fields.join(', ')}</span>
        <Bar step={step} total={total} />
      </summary>
      {at !== '' && (
        <p>
          For each {entities.join(' or ')} at <code>{at}</code>
        </p>
      )}
      <pre>{selection}</pre>
    </details>
  );
}

function headingOf({ kind, if: condition }: Group): string {
  if (kind === 'condition') return `If ${condition ?? ''}`;
  return kind === 'parallel' ? 'At the same time' : 'One after another';
}

function Node({ step, total }: Props<Step>) {
  if (step.kind === 'fetch') return <FetchNode step={step} total={total} />;
  const heading = headingOf(step);
  return (
    <div className={`group ${step.kind}`}>
      <span className="heading">{heading}</span>
      <ul aria-label={heading}>
        {step.steps.map((child, index) => (
          // A plan never changes its order.
          <li key={index}>
            <Node step={child} total={total} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The gateway's plan as a tree of fetches, each with when it ran. */
export function PlanTree({ plan, total }: { plan: Step; total: number }) {
  return (
    <div className="plan-tree">
      <Node step={plan} total={total} />
    </div>
  );
}
