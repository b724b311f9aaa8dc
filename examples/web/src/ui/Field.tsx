import { useId, type InputHTMLAttributes } from 'react';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** What the server says is wrong with it. */
  readonly fault?: string | undefined;
}

export function Field({ label, fault, ...input }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={fault !== undefined} aria-describedby={`${id}-fault`} {...input} />
      <p id={`${id}-fault`} className="field-fault">
        {fault}
      </p>
    </div>
  );
}
