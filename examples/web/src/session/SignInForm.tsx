import { useState, type SubmitEvent } from 'react';

import { faultsOf } from '../client/faults.ts';
import { Field } from '../ui/Field.tsx';
import { textOf } from '../ui/textOf.ts';
import { faultAt, faultsElsewhere, type UserError } from '../ui/userErrors.ts';
import { signIn } from './session.ts';

function credentialsOf(form: FormData) {
  const tenant = textOf(form, 'tenant');
  // A password may begin or end with a blank.
  const password = form.get('password') as string;
  return { email: textOf(form, 'email'), password, ...(tenant === '' ? {} : { tenant }) };
}

export function SignInForm() {
  const [userErrors, setUserErrors] = useState<readonly UserError[]>([]);
  const [isPending, setPending] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setPending(true);
    setUserErrors(await signIn(credentialsOf(new FormData(event.currentTarget))).catch(faultsOf));
    setPending(false);
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} className="panel">
        <h1>Metatron</h1>
        <p className="soft">Sign in to see your customers and your pipeline.</p>
        <Field label="Email" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <Field
          label="Tenant"
          name="tenant"
          placeholder="only if several know your address"
          fault={faultAt(userErrors, 'tenant')}
        />
        {faultsElsewhere(userErrors, ['tenant']).map((message) => (
          <p role="alert" className="form-fault" key={message}>
            {message}
          </p>
        ))}
        <button type="submit" className="primary" disabled={isPending}>
          {isPending ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
