/**
 * The access matrix: who may read or write which domain's database, and how far.
 *
 * This file is the only place where rights are written down, but for the list of what `published` is
 * (published.ts). The gateway's checks, graphql-shield in every subgraph and PostgreSQL's grants and row
 * security are derived from it. What no row allows is denied. The types are total records: a new
 * domain or service does not compile without a row.
 */
import { perDomain, type Domain } from '../domains.ts';
import type { Role } from '../identity.ts';

/**
 * `own`: the rows of the active tenant, or the person's own where the table is personal;
 * `published`: of the active tenant, and only what `publishedFields` and `publishedRows` name.
 */
export type Scope = 'none' | 'published' | 'own' | 'all';

export interface Rule {
  readonly read: Scope;
  readonly write: Scope;
}

/** The rows for people. A `key` is a tenant's publishable key; `platform` is the gateway itself. */
export type Person = Role | 'key' | 'anonymous' | 'platform';

const nothing: Rule = { read: 'none', write: 'none' };
const everything: Rule = { read: 'all', write: 'all' };
const nowhere = perDomain(() => nothing);

export const people: Record<Person, Record<Domain, Rule>> = {
  superadmin: perDomain(() => everything),
  admin: {
    auth: { read: 'all', write: 'none' },
    crm: { read: 'all', write: 'all' },
    cms: { read: 'all', write: 'all' },
    billing: { read: 'all', write: 'none' },
    analytics: { read: 'all', write: 'none' },
    notifications: { read: 'all', write: 'all' },
    cdx: nothing,
  },
  client: {
    auth: { read: 'own', write: 'none' },
    crm: { read: 'own', write: 'own' },
    cms: { read: 'own', write: 'own' },
    billing: { read: 'own', write: 'none' },
    analytics: { read: 'own', write: 'none' },
    notifications: { read: 'own', write: 'none' },
    cdx: nothing,
  },
  key: { ...nowhere, cms: { read: 'published', write: 'none' } },
  anonymous: nowhere,
  platform: nowhere,
};

/** Part of a database: the tables or views named, each with its columns or all of them. */
export type Part = Readonly<Record<string, '*' | readonly string[]>>;

export interface ServiceRule {
  readonly read: 'none' | 'all' | Part;
  readonly write: 'none' | 'all' | Part;
  /** `all`: the rows of every tenant at once; left out: those of the context's tenant. */
  readonly tenants?: 'all';
}

const closed: ServiceRule = { read: 'none', write: 'none' };
const full: ServiceRule = { read: 'all', write: 'all' };
const users: ServiceRule = {
  read: {
    tenants: ['id', 'status'],
    users: ['id', 'tenant_id', 'email', 'role', 'is_active', 'first_name', 'last_name'],
    user_directory: '*',
  },
  write: 'none',
};
const eventsOnly: ServiceRule = { read: 'none', write: { events: '*', event_messages: '*' } };
/** The view counts under the reader's own rights: those to the columns that it counts go with it. */
const summaryOf = (domain: Domain, counted: Part): ServiceRule => ({
  read: { [`${domain}_summary`]: '*', ...counted },
  write: 'none',
  tenants: 'all',
});
/**
 * A service's sync role keeps its own tables of CDX, the checkpoints and the shared records. To the
 * audit log it appends by a function alone, which chains; incidents it reports by another, which counts.
 */
const cdxTables = (...tables: string[]): ServiceRule => {
  const part = Object.fromEntries(
    [...tables, 'sync_checkpoints', 'sync_runs', 'sync_loads', 'data_lineage', 'dead_letters'].map((table) => [
      table,
      '*' as const,
    ]),
  );
  return { read: part, write: part };
};

/** A service's row: what it does not name is closed. */
const only = (rules: Partial<Record<Domain, ServiceRule>>): Record<Domain, ServiceRule> => ({
  ...perDomain(() => closed),
  ...rules,
});

/** The rows for services: which other domain's database a service may use, and for what. */
export const services: Record<Domain, Record<Domain, ServiceRule>> = {
  auth: only({
    auth: full,
    cdx: cdxTables('auth_summary', 'auth_events', 'admins'),
  }),
  crm: only({
    auth: users,
    crm: full,
    analytics: eventsOnly,
    cdx: cdxTables('crm_summary', 'crm_summary_money'),
  }),
  cms: only({
    auth: users,
    cms: full,
    analytics: eventsOnly,
    cdx: cdxTables('cms_summary', 'cms_content_index'),
  }),
  billing: only({
    auth: users,
    crm: {
      read: { customers: ['id', 'tenant_id', 'email', 'company', 'status', 'deleted_at'], customer_directory: '*' },
      write: 'none',
    },
    billing: full,
    analytics: eventsOnly,
    cdx: cdxTables('billing_overview', 'billing_overview_money'),
  }),
  analytics: only({
    auth: users,
    crm: summaryOf('crm', {
      customers: ['tenant_id', 'deleted_at'],
      leads: ['tenant_id', 'probability', 'stage_kind', 'converted_at', 'deleted_at'],
      deals: ['tenant_id', 'stage_kind', 'deleted_at'],
    }),
    cms: summaryOf('cms', { content_items: ['tenant_id', 'status'] }),
    billing: summaryOf('billing', { subscriptions: ['tenant_id', 'status'], invoices: ['tenant_id', 'status'] }),
    analytics: full,
    cdx: cdxTables('analytics_summary'),
  }),
  notifications: only({
    auth: users,
    analytics: eventsOnly,
    notifications: full,
    cdx: cdxTables('notification_summary', 'notifications_global'),
  }),
  cdx: only({
    auth: { read: { tenants: '*', tenant_keys: ['tenant_id'] }, write: { tenants: '*', tenant_keys: '*' } },
    cdx: full,
  }),
};

/** Tables that no role but the domain's own service has anything to do with. */
export const serviceTables: Partial<Record<Domain, readonly string[]>> = {
  auth: ['login_attempts'],
  analytics: ['rollup_marks'],
};

/** Records that every mutation leaves in its own transaction, and that none changes. */
export const recordTables: readonly string[] = ['audit_entries', 'domain_events'];

/** Tables that a function of the database alone writes: not even its own service adds a row by itself. */
export const chainedTables: readonly string[] = ['audit_log'];

/** The columns of records that a domain's relay sets: how far it has carried them. */
export const carriedColumns: Readonly<Record<string, readonly string[]>> = {
  domain_events: ['delivered_at', 'told_at'],
};

/** Tables that hold no tenant's rows. Every other table is a tenant's, and its row security is forced. */
export const tablesWithoutTenant: Partial<Record<Domain, readonly string[]>> = {
  auth: ['login_attempts'],
  billing: ['plans', 'plan_versions'],
  analytics: ['rollup_marks'],
  cdx: [
    ...['admins', 'clients', 'data_lineage', 'services', 'sync_checkpoints', 'sync_runs', 'system_config'],
    ...['system_config_versions', 'tenants'],
  ],
};

/** Tables of tenants whose rows without a tenant are every tenant's to read. */
export const sharedRows: Partial<Record<Domain, readonly string[]>> = { auth: ['roles'] };

/** Functions that act as the database's owner, and the class of logins that may call them: its own, or every service's. */
export const ownerFunctions: Readonly<Record<string, { readonly by: 'service' | 'sync'; readonly of: 'own' | 'all' }>> =
  {
    sync_outbox_rotate: { by: 'sync', of: 'own' },
    sync_capture_repair: { by: 'sync', of: 'own' },
    audit_log_append: { by: 'sync', of: 'all' },
    security_events_report: { by: 'sync', of: 'all' },
    events_make_months_ahead: { by: 'service', of: 'own' },
  };

/** Columns that no role but the domain's own service may read. */
export const secretColumns: Partial<Record<Domain, Part>> = {
  auth: {
    users: ['password_hash'],
    sessions: ['token_hash'],
    tokens: ['token_hash'],
  },
  notifications: {
    push_subscriptions: ['endpoint', 'p256dh', 'auth'],
  },
  cdx: {
    system_config: [],
  },
};

/** Tables private to a person, with the column that names them: a client sees only their own rows. */
export const personalTables: Partial<Record<Domain, Readonly<Record<string, string>>>> = {
  auth: { sessions: 'user_id', tokens: 'user_id', auth_events: 'user_id' },
  notifications: { notifications: 'user_id', notification_preferences: 'user_id', push_subscriptions: 'user_id' },
};

export interface Exception {
  readonly allow: readonly Person[];
  readonly reason: string;
}

const signedIn: readonly Person[] = ['superadmin', 'admin', 'client'];
const anyone: readonly Person[] = [...signedIn, 'key', 'anonymous'];

/**
 * Single fields that differ from their domain's row, by schema coordinate (`Type.field`, or
 * `Type.*` for all of a type's fields). An exception replaces the row for its field.
 */
export const exceptions: Readonly<Record<string, Exception>> = {
  'Mutation.login': { allow: anyone, reason: 'signing in comes before any right' },
  'Mutation.tokenRefresh': { allow: anyone, reason: 'the refresh token is the proof' },
  'Mutation.passwordResetRequest': { allow: anyone, reason: 'who forgot the password cannot sign in' },
  'Mutation.passwordReset': { allow: anyone, reason: 'the single-use link is the proof' },
  'Mutation.emailVerify': { allow: anyone, reason: 'the single-use link is the proof' },
  'LoginPayload.*': { allow: anyone, reason: 'the answer to a field that anyone may call' },
  'TokenRefreshPayload.*': { allow: anyone, reason: 'the answer to a field that anyone may call' },
  'PasswordResetRequestPayload.*': { allow: anyone, reason: 'the answer to a field that anyone may call' },
  'PasswordResetPayload.*': { allow: anyone, reason: 'the answer to a field that anyone may call' },
  'EmailVerifyPayload.*': { allow: anyone, reason: 'the answer to a field that anyone may call' },
  'User.id': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.email': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.role': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.firstName': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.lastName': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.tenant': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'User.tenants': { allow: anyone, reason: 'login answers with the user; no other path is open to anyone' },
  'Tenant.name': { allow: anyone, reason: 'the tenant directory gives each tenant its name' },
  'Tenant.status': { allow: anyone, reason: 'the tenant directory gives each tenant its status' },
  'Mutation.logout': { allow: signedIn, reason: 'what a person does to their own account needs no W on AUTH' },
  'Mutation.tenantSwitch': { allow: signedIn, reason: 'what a person does to their own account needs no W on AUTH' },
  'Mutation.passwordChange': { allow: signedIn, reason: 'what a person does to their own account needs no W on AUTH' },
  'Mutation.profileUpdate': { allow: signedIn, reason: 'what a person does to their own account needs no W on AUTH' },
  'Mutation.emailVerificationRequest': {
    allow: signedIn,
    reason: 'what a person does to their own account needs no W on AUTH',
  },
  'Mutation.sessionRevoke': { allow: signedIn, reason: 'what a person does to their own account needs no W on AUTH' },
  'Query.sessionState': { allow: ['platform'], reason: 'the gateway alone asks whether a live token still holds' },
  'SessionState.*': { allow: ['platform'], reason: 'the gateway alone asks whether a live token still holds' },
  'Query.tenantOfKey': { allow: ['platform'], reason: 'the gateway alone asks whose publishable key it is' },
  'TenantOfKey.*': { allow: ['platform'], reason: 'the gateway alone asks whose publishable key it is' },
  'Mutation.eventsIngest': {
    allow: ['superadmin', 'key'],
    reason: 'visitors’ browsers send events under a publishable key, and the service stores them',
  },
  'EventsIngestPayload.*': { allow: anyone, reason: 'the answer to a field that has a rule of its own' },
  'EventIngestResult.*': { allow: anyone, reason: 'the answer to a field that has a rule of its own' },
  'Query.plans': { allow: signedIn, reason: 'the catalogue of plans is readable by every signed-in role' },
  'Notification.body': { allow: ['superadmin', 'client'], reason: 'admins see messages without their bodies' },
  'Mutation.notificationMarkRead': { allow: signedIn, reason: 'read marks are the recipient’s own' },
  'Mutation.notificationPreferenceUpdate': { allow: signedIn, reason: 'preferences are the person’s own' },
  'Mutation.serviceReport': { allow: ['platform'], reason: 'the gateway alone reports what it reaches' },
  'Mutation.pushSubscriptionCreate': { allow: signedIn, reason: 'a browser is its owner’s own' },
  'Mutation.pushSubscriptionDelete': { allow: signedIn, reason: 'a browser is its owner’s own' },
  'Mutation.securityEventsReport': { allow: ['platform'], reason: 'the gateway alone reports whom it has refused' },
};
