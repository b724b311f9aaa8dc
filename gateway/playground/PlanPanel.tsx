import { useContext, useState } from 'react';
import type { Report, Step } from '../src/report.ts';
import { PlanTree } from './PlanTree.tsx';
import { PlaygroundState } from './playgroundState.ts';

const count = (number: number, one: string, more: string) => `${String(number)} ${number === 1 ? one : more}`;

function servicesOf(step: Step): string[] {
  if (step.kind !== 'fetch') return step.steps.flatMap(servicesOf);
  return step.milliseconds === null ? [] : [step.service];
}

function Summary({ cost, limits, milliseconds, plan }: Report) {
  const services = plan === null ? [] : servicesOf(plan);
  return (
    <dl>
      <dt>Time</dt>
      <dd>{milliseconds.toFixed(1)} ms</dd>
      <dt>Cost</dt>
      <dd>
        cost {cost.toLocaleString('en')} <small>of {limits.cost.toLocaleString('en')}</small>
      </dd>
      <dt>Plan</dt>
      <dd>
        {count(services.length, 'fetch', 'fetches')}{' '}
        <small>from {count(new Set(services).size, 'service', 'services')}</small>
      </dd>
    </dl>
  );
}

/** Under the answer: what the last request cost, how long it took, and how the gateway planned it. */
export function PlanPanel() {
  const { session, explained } = useContext(PlaygroundState);
  const [open, setOpen] = useState(true);
  if (explained === undefined) {
    return (
      <section className="plan" aria-label="Plan and cost">
        <p className="hint">
          {session ? 'Run an operation to see its plan and cost.' : 'Plan and cost are shown to who is signed in.'}
        </p>
      </section>
    );
  }
  return (
    <section className="plan" aria-label="Plan and cost">
      <button type="button" className="summary" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Summary {...explained} />
        <span className="chevron" aria-hidden />
      </button>
      {open && explained.plan && <PlanTree plan={explained.plan} total={explained.milliseconds} />}
      {open && !explained.plan && <p className="hint">No service was asked.</p>}
    </section>
  );
}
