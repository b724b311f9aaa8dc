/** What all domains tell of the same tenant: its people and its customers. */
import type { Faker } from '@faker-js/faker';
import { PLATFORM_TENANT } from '@metatron/platform/identity';

import { between, daysFrom, fakerOf, idAt, weighted, within } from './random.ts';
import type { TenantPlan } from './tenants.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly state: 'active' | 'invited' | 'locked' | 'deactivated' | 'erased';
  readonly createdAt: Date;
}

export interface Customer {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly email: string;
  /** E.164. */
  readonly phone: string;
  readonly currency: string;
  readonly status: 'prospect' | 'active' | 'inactive' | 'churned';
  readonly createdAt: Date;
}

export interface Story {
  readonly plan: TenantPlan;
  /** Midnight in UTC; all that has happened lies before it. */
  readonly anchor: Date;
  readonly scale: number;
  readonly createdAt: Date;
  readonly users: readonly Person[];
  /** Who can be assigned, write and receive: never empty. */
  readonly members: readonly [Person, ...Person[]];
  readonly customers: readonly Customer[];
}

const STAFF = ['superadmin@metatron.example', 'admin@metatron.example'] as const;

/** The accounts of the contract: the staff's two, and the first client of each tenant. */
export const accountOf = (tenantId: string): string => `client@${tenantId}.example`;

/** The states at the end of the list of users, so that even small tenants show some. */
function stateOf(index: number, count: number): Person['state'] {
  if (index < 2) return 'active';
  if (index === count - 1) return 'invited';
  if (count >= 6 && index === count - 2) return 'deactivated';
  if (count >= 10 && index === count - 3) return 'locked';
  return count >= 10 && index === count - 4 ? 'erased' : 'active';
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '');

/** The superadmin is there from the first day, since it is they who make the tenants. */
function joinedAt(faker: Faker, state: Person['state'], createdAt: Date, anchor: Date, index: number): Date {
  if (index === 0) return createdAt;
  return state === 'invited' ? within(faker, 5, anchor) : between(faker, createdAt, daysFrom(anchor, -100));
}

function makePerson(faker: Faker, plan: TenantPlan, createdAt: Date, anchor: Date, index: number): Person {
  const state = plan.id === PLATFORM_TENANT ? 'active' : stateOf(index, plan.users);
  const joined = joinedAt(faker, state, createdAt, anchor, index);
  const [firstName, lastName] = [faker.person.firstName(), faker.person.lastName()];
  const account = plan.id === PLATFORM_TENANT ? STAFF[index] : [accountOf(plan.id)][index];
  const domain = plan.id === PLATFORM_TENANT ? 'metatron' : plan.id;
  const email = account ?? `${plain(firstName)}.${plain(lastName)}.${String(index)}@${domain}.example`;
  return { id: idAt(faker, joined), email, firstName, lastName, state, createdAt: joined };
}

/** Numbers of the kind kept for fiction (555-01xx), each used once. */
function phoneOf(index: number): string {
  const area = 201 + (Math.floor(index / 100) % 799);
  return `+1${String(area)}55501${String(index % 100).padStart(2, '0')}`;
}

function makeCustomer(faker: Faker, { currencies }: TenantPlan, anchor: Date, index: number): Customer {
  const createdAt = within(faker, 400, daysFrom(anchor, -1));
  const [firstName, lastName, company] = [faker.person.firstName(), faker.person.lastName(), faker.company.name()];
  return {
    id: idAt(faker, createdAt),
    firstName,
    lastName,
    company,
    email: `${plain(firstName)}.${plain(lastName)}@${plain(company)}-${String(index)}.example`,
    phone: phoneOf(index),
    currency: faker.datatype.boolean(0.8) ? currencies[0] : currencies[1],
    status: weighted(faker, { active: 70, prospect: 15, inactive: 8, churned: 7 }),
    createdAt,
  };
}

/** The same plan, anchor and scale give the same story, id for id. */
export function tellStory(plan: TenantPlan, anchor: Date, scale: number): Story {
  const faker = fakerOf('story', plan.id);
  const createdAt = daysFrom(anchor, plan.id === PLATFORM_TENANT ? -1000 : -500 - faker.number.int({ max: 400 }));
  const grown = { ...plan, users: plan.users * (plan.id === PLATFORM_TENANT ? 1 : scale) };
  const users = Array.from({ length: grown.users }, (_, index) => makePerson(faker, grown, createdAt, anchor, index));
  const [first, ...others] = users.filter(({ state }) => state === 'active');
  if (first === undefined) throw new Error(`the tenant ${plan.id} has no user`);
  const customers = Array.from({ length: plan.customers * scale }, (_, index) =>
    makeCustomer(faker, plan, anchor, index),
  );
  return { plan, anchor, scale, createdAt, users, members: [first, ...others], customers };
}
