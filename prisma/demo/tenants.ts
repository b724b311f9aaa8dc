import { PLATFORM_TENANT } from '@metatron/platform/identity';

/** A tenant to be made up: who owns it, how large it is, what money it deals in. */
export interface TenantPlan {
  readonly id: string;
  readonly name: string;
  /** The cdx client that owns it; one client may own several. */
  readonly client: string;
  readonly status: 'active' | 'suspended';
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** ISO 4217; most amounts are in the first. */
  readonly currencies: readonly [main: string, other: string];
  /** How many there are at scale 1; all else follows from the customers. */
  readonly users: number;
  readonly customers: number;
}

/** The reserved tenant of the platform's staff; it has users and no customers. */
export const platformPlan: TenantPlan = {
  id: PLATFORM_TENANT,
  name: 'Platform',
  client: 'Codex Metatron',
  status: 'active',
  country: 'US',
  currencies: ['USD', 'EUR'],
  users: 4,
  customers: 0,
};

/** Acme's client owns two tenants, so that `tenantSwitch` has somewhere to go. */
const named: readonly TenantPlan[] = [
  {
    id: 'acme',
    name: 'Acme',
    client: 'Acme Group',
    status: 'active',
    country: 'DE',
    currencies: ['EUR', 'USD'],
    users: 12,
    customers: 120,
  },
  {
    id: 'globex',
    name: 'Globex',
    client: 'Globex Corporation',
    status: 'active',
    country: 'US',
    currencies: ['USD', 'GBP'],
    users: 7,
    customers: 60,
  },
  {
    id: 'acme-labs',
    name: 'Acme Labs',
    client: 'Acme Group',
    status: 'active',
    country: 'US',
    currencies: ['USD', 'EUR'],
    users: 4,
    customers: 18,
  },
  {
    id: 'sakura',
    name: 'Sakura Trading',
    client: 'Sakura Trading',
    status: 'active',
    country: 'JP',
    currencies: ['JPY', 'USD'],
    users: 4,
    customers: 25,
  },
  {
    id: 'pearl',
    name: 'Gulf Pearl Logistics',
    client: 'Gulf Pearl Logistics',
    status: 'active',
    country: 'BH',
    currencies: ['BHD', 'USD'],
    users: 3,
    customers: 9,
  },
  {
    id: 'initech',
    name: 'Initech',
    client: 'Initech',
    status: 'suspended',
    country: 'GB',
    currencies: ['GBP', 'EUR'],
    users: 3,
    customers: 12,
  },
];

const FIRST = [
  'Amber',
  'Birch',
  'Cedar',
  'Delta',
  'Ember',
  'Falcon',
  'Granite',
  'Harbor',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lumen',
  'Maple',
  'Nimbus',
  'Orchid',
  'Pioneer',
  'Quartz',
  'River',
  'Summit',
  'Tundra',
] as const;
const SECOND = [
  'Foods',
  'Systems',
  'Textiles',
  'Robotics',
  'Energy',
  'Mobility',
  'Health',
  'Media',
  'Travel',
  'Optics',
  'Farms',
  'Works',
  'Labs',
  'Supply',
  'Studios',
  'Partners',
  'Analytics',
] as const;
/** Few are large, as among real tenants. */
const SIZES = [4, 9, 6, 24, 12, 5, 40, 8, 15, 3] as const;

/** The tenant after the named ones, whose traits follow from its place alone. */
function furtherTenant(index: number): TenantPlan {
  const first = FIRST[index % FIRST.length] ?? '';
  // 20 and 17 have no common factor: 340 different names before the first number.
  const second = SECOND[index % SECOND.length] ?? '';
  const round = Math.floor(index / (FIRST.length * SECOND.length));
  const name = [first, second, ...(round === 0 ? [] : [String(round + 1)])].join(' ');
  const { country, currencies } = named[index % named.length] ?? platformPlan;
  const customers = SIZES[index % SIZES.length] ?? 1;
  return {
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    client: name,
    status: 'active',
    country,
    currencies,
    users: 2 + Math.ceil(customers / 10),
    customers,
  };
}

/**
 * The demo's tenants, the platform's own left out.
 * @param count how many; the six named ones unless told. Asking for more leaves the first as they were.
 */
export function planTenants(count: number = named.length): readonly TenantPlan[] {
  const further = Array.from({ length: Math.max(0, count - named.length) }, (_, index) => furtherTenant(index));
  return [...named.slice(0, count), ...further];
}

/** A tenant's publishable key. It is public by nature, so it may be told from the tenant's name. */
export const publishableKeyOf = (tenantId: string): string => `pk_demo_${tenantId}_publishable`;
