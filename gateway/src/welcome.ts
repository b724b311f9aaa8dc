import { demoAccounts } from './demoAccounts.ts';
import type { Platform } from './platform.ts';

const QUERIES = [
  'mutation { login(input: { email: "superadmin@metatron.example", password: "…" }) { accessToken userErrors { message } } }',
  '{ tenant(id: "acme") { name crmSummary { totalLeads pipelineValue { amount currency } } users(first: 3) { edges { node { email } } } invoices(first: 3) { edges { node { invoiceNumber total { amount currency } } } } } }',
  '{ customers(first: 5) { totalCount edges { node { company status leads(first: 2) { edges { node { title stage } } } } } } }',
] as const;

const rows = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([left, right]) => `  ${left.padEnd(30)} ${right}`).join('\n');

/** What `npm start` prints once everything answers. */
export function welcome({ url, demoPassword, dataDirectory }: Platform, seconds: number): string {
  const addresses = rows([
    ['Playground and GraphQL', `${url}/graphql`],
    ['Signing keys (JWKS)', `${url}/.well-known/jwks.json`],
    ['Health, readiness, metrics', `${url}/health  ${url}/ready  ${url}/metrics`],
    ['Data', dataDirectory],
  ]);
  const accounts =
    demoPassword === undefined
      ? '  none of the demo; `npm run admin:create -- --email you@example.com` makes the first superadmin'
      : `${rows(demoAccounts)}\n  ${'password of all'.padEnd(30)} ${demoPassword}`;
  return `
Codex Metatron is ready after ${seconds.toFixed(1)} s.

${addresses}

Accounts
${accounts}

Three things to try
${QUERIES.map((query) => `  ${query}`).join('\n')}

Ctrl-C stops everything; the data stays.`;
}
