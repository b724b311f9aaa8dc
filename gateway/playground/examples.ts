/** The tabs that a first visit opens. */
export const examples = [
  {
    query: `# For a superadmin: one query, seven databases.
query TenantOverview {
  tenant(id: "acme") {
    name
    crmSummary {
      totalCustomers
      openLeads
      pipelineValue { amount currency }
    }
    billingOverview {
      mrr { amount currency }
      outstanding { amount currency }
    }
    users(first: 3) {
      totalCount
      edges { node { email role } }
    }
    customers(first: 3) {
      totalCount
      edges { node { email company } }
    }
    contentItems(first: 3) { totalCount }
    invoices(first: 3) { totalCount }
    events(first: 3) { totalCount }
    notifications(first: 3) { totalCount }
  }
}
`,
  },
  {
    query: `# For a tenant's client: its own customers, the newest first.
query Customers($first: Int = 10) {
  customers(first: $first) {
    totalCount
    edges {
      cursor
      node { id email firstName lastName company }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# For a tenant's client: a new lead moves the superadmin's summary.
mutation AddLead {
  leadCreate(
    input: {
      title: "A lead from GraphiQL"
      value: { amount: "1250.00", currency: "USD" }
      probability: 40
    }
  ) {
    lead { id title stage }
    userErrors { field message code }
  }
}
`,
  },
  {
    query: `# The bar above does this for you; a frontend does it like this.
mutation Login($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) {
    accessToken
    expiresIn
    user { email role }
    userErrors { field message code }
  }
}
`,
    variables: `{
  "email": "client@acme.example",
  "password": ""
}
`,
  },
];
