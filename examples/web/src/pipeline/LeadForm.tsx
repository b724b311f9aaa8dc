import { useQuery } from '@apollo/client/react';
import { useState, type SubmitEvent } from 'react';

import { faultsOf } from '../client/faults.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { faultAt, faultsElsewhere, type UserError } from '../ui/userErrors.ts';
import { CUSTOMER_CHOICES } from './operations.ts';
import { leadOf, useCreateLead } from './useCreateLead.ts';

const SHOWN = ['title', 'value.amount', 'probability', 'expectedCloseDate'];
const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'];

interface Props {
  readonly pipelineId: string;
  readonly onDone: () => void;
}

export function LeadForm({ pipelineId, onDone }: Props) {
  const { data } = useQuery(CUSTOMER_CHOICES);
  const createLead = useCreateLead();
  const [userErrors, setUserErrors] = useState<readonly UserError[]>([]);

  // Not a form action: React would empty the form, and a refused form keeps what was typed.
  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const refused = await createLead(leadOf(new FormData(event.currentTarget), pipelineId)).catch(faultsOf);
    setUserErrors(refused);
    if (refused.length === 0) onDone();
  }

  return (
    <Dialog title="New lead" onClose={onDone}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <Field label="Title" name="title" fault={faultAt(userErrors, 'title')} autoFocus />
        <div className="field">
          <label htmlFor="customerId">Customer</label>
          <select id="customerId" name="customerId">
            <option value="">nobody yet</option>
            {data?.customers?.edges.map(({ node }) => (
              <option value={node.id} key={node.id}>
                {node.company}
              </option>
            ))}
          </select>
        </div>
        <div className="fields">
          <Field label="Value" name="amount" inputMode="decimal" fault={faultAt(userErrors, 'value.amount')} />
          <div className="field">
            <label htmlFor="currency">Currency</label>
            <select id="currency" name="currency">
              {CURRENCIES.map((currency) => (
                <option key={currency}>{currency}</option>
              ))}
            </select>
          </div>
        </div>
        <div className="fields">
          <Field label="Probability, %" name="probability" type="number" fault={faultAt(userErrors, 'probability')} />
          <Field
            label="Expected close"
            name="expectedCloseDate"
            type="date"
            fault={faultAt(userErrors, 'expectedCloseDate')}
          />
        </div>
        {faultsElsewhere(userErrors, SHOWN).map((message) => (
          <p role="alert" className="form-fault" key={message}>
            {message}
          </p>
        ))}
        <div className="buttons">
          <button type="button" onClick={onDone}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Add lead
          </button>
        </div>
      </form>
    </Dialog>
  );
}
