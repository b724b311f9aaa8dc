import { useMutation } from '@apollo/client/react';
import { useRef } from 'react';

import type { LeadCreateInput } from '../generated/graphql.ts';
import { textOf } from '../ui/textOf.ts';
import { BOARD, LEAD_CREATE } from './operations.ts';

/** The lead of a form; what was left empty is left out. */
export function leadOf(form: FormData, pipelineId: string): LeadCreateInput {
  const [amount, probability] = [textOf(form, 'amount'), textOf(form, 'probability')];
  return {
    pipelineId,
    title: textOf(form, 'title'),
    customerId: textOf(form, 'customerId') || null,
    expectedCloseDate: textOf(form, 'expectedCloseDate') || null,
    ...(amount === '' ? {} : { value: { amount, currency: textOf(form, 'currency') } }),
    ...(probability === '' ? {} : { probability: Number(probability) }),
  };
}

/** A request that is sent again, because its answer got lost, carries the key of the first: one lead. */
export function useCreateLead() {
  const [mutate] = useMutation(LEAD_CREATE, { refetchQueries: [BOARD] });
  const last = useRef({ text: '', key: '' });
  return async (input: LeadCreateInput) => {
    const text = JSON.stringify(input);
    if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
    const { data } = await mutate({ variables: { input: { ...input, idempotencyKey: last.current.key } } });
    return data?.leadCreate?.userErrors ?? [];
  };
}
