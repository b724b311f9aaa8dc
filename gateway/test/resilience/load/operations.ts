/** What the load asks: questions over many services, and a change whose answer is completed by another one. */

export interface Operation {
  readonly name: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const page = 'first: 3';
const tenant = { id: 'acme' };

export const operations: readonly Operation[] = [
  {
    name: 'a tenant from seven services',
    text: `query Hub($id: ID!) { tenant(id: $id) {
      id name status client { id name }
      crmSummary { totalLeads openLeads pipelineValue { amount currency } } billingOverview { mrr { amount currency } }
      users(${page}) { totalCount edges { node { email role } } }
      customers(${page}) { edges { node { id company } } }
      contentItems(${page}) { edges { node { id status author { email } } } }
      invoices(${page}) { edges { node { invoiceNumber status total { amount currency } } } }
      events(${page}) { edges { node { id user { id email } } } }
      notifications(${page}) { edges { node { id } } }
    } }`,
    variables: tenant,
  },
  {
    name: 'customers with what they pay',
    text: `{ customers(${page}) { edges { cursor node { id company
      subscriptions(first: 2) { edges { node { id status } } } invoices(first: 2) { edges { node { invoiceNumber } } }
      payments(first: 2) { totalCount } } } } }`,
    variables: {},
  },
  {
    name: 'leads with their people',
    text: `{ leads(${page}) { edges { node { id title assignee { email role tenant { name } }
      customer { company } } } } deals(first: 2) { edges { node { id owner { email } } } } }`,
    variables: {},
  },
  {
    name: 'a person and what is theirs',
    text: `{ me { id email tenant { id name } assignedLeads(first: 2) { edges { node { id title } } }
      contentItems(first: 2) { edges { node { id } } } notifications(first: 2) { edges { node { id } } } } }`,
    variables: {},
  },
  {
    name: 'one root field of each service',
    text: `{ me { email } customers(first: 1) { totalCount } contentTypes(first: 1) { totalCount }
      plans(first: 1) { totalCount } dashboards(first: 1) { totalCount }
      notificationTemplates(first: 1) { totalCount } platformOverview { __typename } }`,
    variables: {},
  },
  {
    name: 'pages and their authors',
    text: `{ pages(${page}) { edges { node { id path author { email tenant { name } } } } } }`,
    variables: {},
  },
  {
    name: 'a new lead and its people',
    text: `mutation New($input: LeadCreateInput!) { leadCreate(input: $input) {
      lead { id title assignee { email } } userErrors { code } } }`,
    variables: { input: { tenantId: 'acme', title: 'New' } },
  },
];
