import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { defineEvents, eventKind, EventFault, id, readPayload, toStored } from './events.ts';

const events = defineEvents('crm', {
  'lead.created': eventKind({ leadId: id, stage: z.string() }),
  'lead.moved': eventKind(
    { leadId: id, stage: z.string().nullable() },
    {
      version: 3,
      upgrade: (before) => {
        const { lead } = before as { readonly lead: { readonly id: string } };
        return { leadId: lead.id, stage: null };
      },
    },
  ),
});

const leadId = '0192e4a0-0000-7000-8000-000000000001';

describe('an event', () => {
  test('is stored with the version of its declaration', () => {
    const payload = { leadId, stage: 'new' };
    expect(toStored(events, { type: 'lead.created', payload })).toEqual({ type: 'lead.created', version: 1, payload });
  });

  test('is refused when it is written otherwise than declared, also where a cast has hidden it', () => {
    const write = (event: object) => () => toStored(events, event as Parameters<typeof toStored<typeof events>>[1]);
    expect(write({ type: 'lead.abducted', payload: {} })).toThrow('crm has no event of the type lead.abducted');
    expect(write({ type: 'toString', payload: {} })).toThrow('crm has no event of the type toString');
    expect(write({ type: 'lead.created', payload: { leadId } })).toThrow('does not fit its schema: stage');
  });

  test('takes an id as PostgreSQL does, whatever its variant', () => {
    const payload = { leadId: '11111111-1111-1111-1111-111111111111', stage: 'new' };
    expect(readPayload(events, { type: 'lead.created', version: 1, payload })).toEqual(payload);
  });

  test('of the version before is upgraded, and fits then', () => {
    const payload = { lead: { id: leadId } };
    expect(readPayload(events, { type: 'lead.moved', version: 2, payload })).toEqual({ leadId, stage: null });
  });

  test.each([
    ['an older version than the one before', 1, { lead: { id: leadId } }, 'is of version 1, and only 3 can be read'],
    ['a newer version', 4, { leadId, stage: null }, 'is of version 4, and only 3 can be read'],
    ['what the upgrade fails at', 2, {}, 'of version 2 cannot be made into version 3'],
    ['what does not fit after the upgrade', 2, { lead: {} }, 'does not fit its schema: leadId'],
  ])('of %s is a fault that says so', (_what, version, payload, reason) => {
    const read = () => readPayload(events, { type: 'lead.moved', version, payload });
    expect(read).toThrow(EventFault);
    expect(read).toThrow(reason);
  });

  test('is a fault that names no value, for there may be a person in it', () => {
    const payload = { leadId: 'jane@example.com', stage: 7, 'jane@example.com': true };
    const read = () => readPayload(events, { type: 'lead.created', version: 1, payload });
    expect(read).toThrow('the payload of lead.created does not fit its schema: leadId, stage, the whole');
  });
});
