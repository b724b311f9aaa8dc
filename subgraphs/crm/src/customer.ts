import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { Prisma } from '@metatron/prisma/crm/client';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';
import type { CustomerRow } from './mappers.ts';
import { toPhoneKey } from './phone.ts';
import { customers } from './tables.ts';
import { tags } from './terms.ts';

const particulars = {
  email: fields.changed(fields.email),
  firstName: fields.changed(fields.text(100)),
  lastName: fields.changed(fields.text(100)),
  company: fields.changed(fields.text(255)),
  phone: fields.changed(fields.text(50)),
  address: fields.changed(fields.jsonObject),
  status: fields.kept(z.enum(['prospect', 'active', 'inactive', 'churned'])),
  source: fields.changed(fields.text(100)),
  tags: fields.kept(tags),
  customFields: fields.kept(fields.jsonObject),
};

type Particulars = z.output<z.ZodObject<typeof particulars>>;

/** What an input says of a customer, as columns. */
function columnsOf({
  email,
  firstName,
  lastName,
  company,
  phone,
  address,
  status,
  source,
  tags: labels,
  customFields,
}: Particulars) {
  return defined({
    email,
    firstName,
    lastName,
    company,
    phone,
    status,
    source,
    customFields,
    phoneKey: phone == null ? phone : toPhoneKey(phone),
    // Prisma's null in a JSON column is JSON's own; the column's is DbNull.
    address: address === null ? Prisma.DbNull : address,
    tags: labels,
  });
}

type Naming = Partial<Pick<CustomerRow, 'email' | 'firstName' | 'lastName' | 'company' | 'phone'>>;

function requireName({ email, firstName, lastName, company, phone }: Naming): void {
  const isNamed = [email, firstName, lastName, company, phone].some((value) => value != null);
  if (!isNamed) throw new Refusal('INVALID', 'A customer needs an email, a name, a company or a phone.');
}

const existing = { of: 'target', table: customers, noun: 'customer' } as const;

export const customerCreate = verb({
  name: 'customerCreate',
  input: z.object({ ...fields.creating, ...particulars }),
  tenant: { of: 'given' },
  creates: customers,
  async act({ tx, input, tenantId }) {
    const data = { ...columnsOf(input), tenantId, id: uuidv7() };
    requireName(data);
    const row = await tx.customer.create({ data });
    return {
      row,
      object: { type: 'Customer', id: row.id },
      after: row,
      events: [{ type: 'customer.created', payload: { customerId: row.id } }],
    };
  },
});

export const customerUpdate = verb({
  name: 'customerUpdate',
  input: z.object({ ...fields.versioned, ...particulars }),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const data = columnsOf(input);
    requireName({ ...before, ...data });
    const row = await tx.customer.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...data, version: before.version + 1 },
    });
    return {
      row,
      object: { type: 'Customer', id: row.id },
      before,
      after: row,
      events: [{ type: 'customer.updated', payload: { customerId: row.id } }],
    };
  },
});

export const customerDelete = verb({
  name: 'customerDelete',
  input: z.object(fields.versioned),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    await tx.customer.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { deletedAt: new Date(), version: before.version + 1 },
    });
    return {
      row: before,
      object: { type: 'Customer', id: before.id },
      before,
      events: [{ type: 'customer.deleted', payload: { customerId: before.id } }],
    };
  },
});
