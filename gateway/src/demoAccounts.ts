/** The accounts of the demo data, each with what it may. Their password is made at the first start. */
export const demoAccounts = [
  ['superadmin@metatron.example', 'everything, across all services'],
  ['admin@metatron.example', 'platform staff: all tenants, not CDX'],
  ['client@acme.example', 'a user of tenant acme'],
  ['client@globex.example', 'a user of tenant globex'],
] as const;

/** The publishable key of the demo's tenant acme: pages show such keys to everybody. */
export const demoTenantKey = 'pk_demo_acme_publishable';
